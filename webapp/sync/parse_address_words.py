"""The words by which the parts of an address line are known. Pure.

Patterns are matched against `Line.low`: lower case, no accents, so "etage" stands for étage, "strase" for Straße.
"""

import re

# Where the number comes first. Belgium has both, by language; in the others it comes last.
FIRST = frozenset(
    "FR LU MC IE GB GG JE IM GI US CA AU NZ ZA IN SG MY HK TH IL MT RE GP MQ GF YT PM BL MF NC PF".split()
)
LAST = frozenset(
    "NL BE DE AT CH LI ES IT SM VA PT PL SE DK NO FI EE LV LT CZ SK HU SI HR RO BG GR CY IS FO GL AX AD TR BA RS ME "
    "MK AL UA MD CW AW BQ SX SR BR MX AR CL CO PE EC UY".split()
)
FRENCH = frozenset("FR LU MC BE CH RE GP MQ GF YT PM BL MF NC PF".split())
SPANISH = frozenset("ES PT AD BR MX AR CL CO PE EC UY".split())
GERMAN = frozenset("DE AT CH LI".split())


def any_of(words: str) -> str:
    """A pattern for one of these words, "_" for a blank; the longest first, or "app" would take half of
    "appartement"."""
    every = words.replace(" ", "\n").replace("_", " ").split("\n")
    return "(?:" + "|".join(sorted(filter(None, every), key=len, reverse=True)) + ")"


LETTER = r"[^\W\d_]"
END = r"(?![^\W_])"  # no letter and no digit follows

# -- numbers that are part of a name ------------------------------------------------------------------------

MONTH = any_of(
    "januari februari maart april mei juni juli augustus september oktober november december "
    "januar janner februar marz mai august dezember "
    "janvier fevrier avril juin juillet aout septembre octobre novembre decembre "
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre dicembre "
    "enero febrero abril mayo junio julio septiembre setiembre octubre noviembre diciembre "
    "gener febrer maig juny juliol setembre desembre "
    "janeiro fevereiro maio junho julho setembro outubro novembro dezembro "
    "january february march may june july october "
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia "
    "ledna unora brezna dubna kvetna cervna cervence srpna zari rijna listopadu prosince"
)
NAME_END = any_of("straat str laan plein weg pad park strasse strase platz allee hof ring dijk kade")
# 18 Septemberplein, 8 Mai 1945, 17. Juni, 25 de Abril, 1er mai; but not 12 Meierijlaan.
DATE = re.compile(
    rf"\d{{1,2}}(?:er|re|e|º|ª|\.)?[ -]{{0,2}}(?:de |d')?{MONTH}(?={NAME_END}|{END})"
    r"(?:[ -](?:de )?(?:1[5-9]|20)\d\d(?!\d))?"
)
BEHIND_MONTH = re.compile(rf"{MONTH} $")
YEAR = re.compile(r"(?:1[5-9]\d\d|20[0-2]\d)(?!\d)")
# 1940-1945, 1940-'45, 1940 – 45, 1940 1945; of the short ones only the two wars.
YEARS = re.compile(
    r"(1[5-9]\d\d|20[0-2]\d|40(?= ?- ?'?45)|14(?= ?- ?'?18))"
    r"(?: ?[-/] ?'?\d\d(?!\d)| ?[-/] ?(?:1[5-9]|20)\d\d(?!\d)| (?:1[5-9]|20)\d\d(?!\d))"
)
# With a word behind it: 2e Dreef, 42nd Street, 17. Juni; 1er and 2ème always.
ORDINAL = re.compile(
    rf"\d+(?:(?:ste|de|e|nd|rd|st|th|[ºª])(?= {LETTER})|(?:er|ere|eme|ieme){END}|\.(?= {LETTER})(?! [ivx]+[./]))"
)
# N216, A20, N-340: one or two letters glued to the number. "Langbroekerdijk A 39" is none of these.
ROAD_LETTER = re.compile(rf"(?<!{LETTER}){LETTER}{{1,2}}-?$")
ROAD = re.compile(r"[abdeln]-?\d{1,4}(?!\w)")
ROAD_WORD = re.compile(
    r"(?<!\w)"
    + any_of(
        "county_road county_rd state_road state_route us_route us_highway highway hwy interstate autoroute "
        "route_departementale route_nationale departementale nationale pk km kilometre kilometer"
    )
    + r"[ .]*$"
)
FRENCH_ROAD = re.compile(r"(?<!\w)(?:rd|rn|(?:route|rte) [dn]) ?$")
KILOMETRES = re.compile(r"[ ,]*(?:km|pk)[ .]*\d")
NUMBERED_NAME = re.compile(  # 1213-laan, 1944-straat
    rf"-{LETTER}*" + any_of("straat laan plein strase strasse weg singel gracht kade dijk pad hof")
)
# des 4 Vents: a number after such a word goes with the word behind it.
COUNTED = re.compile(r"(?:^|[ '])(?:des|les|aux|der|den|las|los|dei|delle|the|van de|van) $")
# A name that is nothing but the kind of street may well go on with a number: Plein 1945, Straße 73, Wijk 1.
BARE_KIND = re.compile(
    any_of(
        "plein laan straat strasse strase str\\.? weg pad park wijk blok polder haven kaai kade dijk hof zone sector "
        "vak platz allee bundesstr\\.? bundesstrasse bundesstrase landstrasse landstrase kreisstrasse kreisstrase "
        "staatsstrase rijksweg provinciale_?weg calle carrera carrer avenida via rue avenue strada street square "
        "place"
    )
    + r"[ ,.]*"
)
KIND_ALONE = re.compile(any_of("straat str\\.? strase strasse weg laan plein platz allee gasse street road"))
YEAR_KIND = re.compile(
    r"(?:^|[ -])"
    + any_of(
        "plein laan straat weg pad park hof kade dijk singel square place platz allee strase strasse avenue "
        "boulevard rue via piazza plaza calle van von de des du der del di da"
    )
    + r"[ ,]*$"
)

# -- kinds of street in languages that put the number first -------------------------------------------------

FRENCH_KIND = any_of(
    "rue r\\. r(?=_d[eu'_]) av avenue ave bd bld blvd boulevard chemin chaussee chee ch\\. place pl allee allees "
    "impasse imp quai route rte square sq cours passage ruelle sentier sente montee esplanade promenade venelle voie "
    "mail parvis traverse dreve faubourg fbg fg clos cour grand-rue grand_rue grande_rue rond-point rond_point "
    "galerie digue"
)
FRENCH_PLACE = any_of(
    "residence res hameau lotissement villa cite domaine zone za zi zac parc cote lieu-dit lieu_dit pont port val"
)
FRENCH_STREET = re.compile(rf"(?:{FRENCH_KIND}|{FRENCH_PLACE}){END}")
ENGLISH_KIND = any_of(
    "street st road rd avenue ave lane ln drive dr close court ct way place pl crescent cres terrace square sq "
    "gardens gdns grove hill row mews walk boulevard blvd parkway pkwy circle cir green rise view quay trail loop"
)
ENGLISH_STREET_END = re.compile(rf"{LETTER}.* {ENGLISH_KIND}\.?(?: (?:n|s|e|w|ne|nw|se|sw))?$")

STREET = re.compile(  # a name that says it is a street
    r"\w ?"
    + any_of(
        "straat str laan weg plein dijk kade gracht singel hof pad steeg dreef strase strasse platz allee gasse damm "
        "ufer gade gata gatan vej vagen veien strooss gaass"
    )
    + rf"{END}|{ENGLISH_STREET_END.pattern}"
    + rf"|^(?:{FRENCH_KIND}|calle|c/|avda|avenida|plaza|paseo|carrer|via|viale|piazza|corso|rua|ul\.|ulica){END}"
)

# -- lines and words that say what they are -----------------------------------------------------------------

CARE_OF = re.compile(
    any_of("c_?/_?o p/a p\\.a\\. t\\.?a\\.?v\\.? t\\.n\\.v\\. z\\._?hd\\. attn\\.? att\\. a_l'attention_de chez")
    + r"(?: |:|(?=\w))"
)
MARKER = re.compile(
    r"[ ,(]+("
    + any_of(
        "haus-?nr\\.? haus-?nummer haus_nr\\.? hs\\.?-?nr\\.? hnr\\.? huis-?nr\\.? huis-?nummer nrs?\\.? no\\.? "
        "num\\.? "
        "numero nummer n\\.?_?º n\\. № #"
    )
    + r")[ :,]*(?=\d)"
)
# Lhota č.p. 123: the number of the house in its village. Elsewhere c.p. is a post-office box.
MARKER_CZECH = re.compile(r"(?:^|[ ,]+)(c\. ?p\.|cp\.?|c\. ?ev\.|c\.)[ :]*(?=\d)")
MARKER_FIRST = r"(?:((?:haus[ -]?)?nr\.?|no\.?|n\.? ?º|num\.?|numero|№|#) ?)?"
WITHOUT = re.compile(
    r"[ ,]+\(?("
    + any_of(
        "s_?/_?nº? s\\.n\\.? sn s/c sin_numero sans_numero senza_numero snc s\\.n\\.c\\.? ong\\.? ongen ongenummerd "
        "zonder_nummer zonder_huisnummer geen_nummer z/n zn o\\._?nr\\.? o\\.n\\. ohne_nr\\.? ohne_nummer "
        "ohne_hausnummer no_number"
    )
    + r")\)?[ .]*$"
)
NEAR = re.compile(
    r" ("
    + any_of("t\\.?_?o\\.? t/o naast tegenover nabij bij neben gegenuber en_face_de en_face_du next_to opposite near")
    + r")(?: nr\.?)? ?(?=\d)"
)
POST_BOX = re.compile(
    "("
    + any_of(
        "postbus postbox antwoordnummer antwoordnr\\.? pb\\.? p\\.b\\. postfach pf\\.? bp b\\.p\\.? boite_postale "
        "case_postale cp c\\.p\\. casella_postale cas\\._post\\. cs tsa apartado apartado_de_correos apartado_postal "
        "apdo\\.? apdo\\.?_de_correos ap\\._correos p\\.?_?o\\.?_?box post_office_box gpo_box locked_bag private_bag "
        "freepost box postboks boks skrytka skrytka_pocztowa skr\\._poczt\\. postfiokok? po"
    )
    + r")(?: ?(?:nr\.?|nº|no\.?|n\.|[:,]))? ?(\d[\d .]*[a-z]?)$"
)
# A box behind a street is a matter of the letter post.
POST_BOX_BEHIND = r"(?:postbus|postfach|bp|b\.p\.|cs|tsa|p\.? ?o\.? ?box|case postale|boite postale) ?\d"

# Words of Belgian and Luxembourg boxes. "box" and a lone "b" are such words in Belgium only.
BOX_WORD = r"(?:boites?|bte\.?|bts|bus|busnr|busnummer|brievenbus|bt\.?)"
BOX_WORD_BELGIAN = rf"(?:{BOX_WORD}|box|bx|(?<!\d)b[./])"
BOX_NUMBER = r"(?![a-z])[ .:,]*(?:(?:n[rº]?|no)\.? ?(?=\d))?"  # bus nr. 4
BOX_VALUE = (
    r"((?=[a-z]{1,3}(?![a-z])|[a-z]{0,3}[./-]?\d)[a-z0-9](?:[a-z0-9]|[./-](?=[a-z0-9])|(?<=\d) (?=[a-z](?!\w))){0,7})"
)

# -- additions, and what is none ----------------------------------------------------------------------------

ADDITION_WORD = any_of(
    "bis ter quater quinquies hs huis hoog hg hr bg bgg bv bov boven beneden ben bel bo bs rd rood zw zwart wit gr "
    "groen achter voor links rechts li re ark wb woonboot ged gedeeltelijk sous souterrain so kelder zolder parterre "
    "rosso vrs to t/o onder midden rechtsboven linksboven eenhoog tweehoog driehoog"
)
ROMAN = r"(?:viii|vii|iii|ii|iv|vi|ix|xi{1,3}|xiv|xv)"

# Words that begin the rest (floor, flat, building) when a value follows: App. 3, Whg. B, Bât A.
REST_WORD = any_of(
    "app appt appart apptmt appartement appartements apartment apartments apart apt apto flat unit units suite ste "
    "units room rm lvl level fl floor bldg building block blk studio dept shop hangar gate dock door plot office ofc "
    "trlr trailer lot spc "
    "kamer zimmer zi whg wohnung wohn wg we top stiege stg stock stk etage etg og eg ug dg obergeschoss haus hs\\. "
    "aufgang aufg eingang tur gebaude geb trakt ebene tor rampe halle obj objekt raum buro bau "
    "bat batiment bt\\. immeuble imm esc escalier hall residence res cage interphone logement logt lgt lot porte "
    "int interno scala sc piano pal palazzina edificio edif "
    "parcela lote puerta pta piso portal bloque blq bl escalera planta local nave oficina of sotano chalet "
    "interior casa "
    "andar fracao loja sala ap "
    "lgh uppg leil leilighet bolig as lok m mieszkanie mieszk lokal klatka kl em emelet ajto lh byt "
    "verdieping verdiep verd gebouw hal loods toren ingang poort deur receptie kantoor winkel lokaal magazijn "
    "vleugel blok "
    "ruimte balie entree woning bovenwoning perceel kavel standplaats kmr kr box garage garagebox stal huisje "
    "bungalow "
    "vakantiewoning caravan"
)
# Of these nobody names a street.
UNIT_WORD = any_of(
    "app appt appartement apartment apt apto flat units? suite room kamer zimmer whg wohnung lokaal logement nave "
    "loods hal batiment bat immeuble plot"
)
# These begin the rest on their own.
REST_ALONE = any_of(
    "hinterhaus vorderhaus hinterhof seitenflugel gartenhaus erdgeschoss dachgeschoss eg dg vh hinten vorne "
    "rdc rez rez-de-chaussee rez_de_chaussee cedex receptie achterom souterrein gelijkvloers glvl glv verdieping "
    "magazijn begane_grond achterhuis voorhuis benedenwoning "
    "basement bsmt rear(?=,|\\.?$) penthouse ground_floor first_floor second_floor third_floor top_floor "
    "bº bajo bajos res-do-chao atico entresuelo entlo principal pral izq izda izquierda dcha derecha sotano r/c "
    "cave dto esq frente "
    "c/o p/a t\\.?a\\.?v\\.? z\\._?hd zhd "
    "industrieterrein bedrijventerrein industriegebiet gewerbegebiet gewerbepark"
)
FLOOR_WORD = any_of(
    "verdieping verdiep verd etage etages etg floor fl stock stk og ug dg eg stiege stw obergeschoss piso piano "
    "planta "
    "andar sal tv th mf tr hinterhof em emelet pietro krs patro esq dto dcha izq"
)
ORDINAL_WORD = any_of(
    "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende premier deuxieme troisieme quatrieme "
    "cinquieme erster? zweiter? dritter? vierter? first second third fourth fifth"
)
ORDINAL_SIGN = r"(?:ste|de|er|ere|eme|ieme|th|st|nd|rd|e|º|ª|\.)"
REST_HERE = re.compile(
    rf"{REST_ALONE}{END}"
    rf"|(?:st|kl)\.?,? ?(?:tv|th|mf){END}"  # Danish: ground floor to the left
    rf"|{REST_WORD}(?!{LETTER})[ .:]*(?:(?:(?:nr|no|nº|n)\.?|#) ?)?"
    rf"(?:[a-z]{{0,2}}[.-]?\d|[a-z]{END}|[ivx]+{END}|links{END}|rechts{END})"
    rf"|\d{{1,3}}(?:{ORDINAL_SIGN} ?| |(?=og|dg|ug|etage|verd|tr)){FLOOR_WORD}\.?{END}"
    rf"|(?:[ivx]{{1,4}}\.? ?|{ORDINAL_WORD} ){FLOOR_WORD}\.?{END}"  # II. OG, eerste verdieping
    r"|\d{1,2} ?[ºª]"
    rf"|{POST_BOX_BEHIND}"
    rf"|(?=[a-z]{{3}})(?:{REST_WORD}|{FLOOR_WORD})\.?$"
    r"|# ?\w"
)
# A floor without a house number before it, as far as digits go: 2e verdieping, 3 etage.
FLOOR = re.compile(
    rf"\d{{1,2}}(?:{ORDINAL_SIGN} ?{FLOOR_WORD}| ?(?=[a-z]{{4}}){FLOOR_WORD}(?![ .]*\d)){END}",
)
REST_BEFORE_NUMBER = re.compile(rf"(?<!\w)(?:{REST_WORD}|{BOX_WORD})(?!{LETTER})[ .:]*(?:[a-z][ .-]?)?$")
UNIT_BEFORE_NUMBER = re.compile(rf"(?<!\w)(?:{REST_WORD}|{BOX_WORD})(?!{LETTER})[ .:]*$")  # but not Bât B 12
SURELY_UNIT = re.compile(rf"(?<!\w)(?:{UNIT_WORD}|{BOX_WORD})[ .:]*$|[,;(-] ?[a-z]+[ .:]*$")
# De Poort 5: with one of these before it the word is a name after all.
NAMING = re.compile(
    r"(?:^|[ '])"
    + any_of(
        "du des de_la de het '?t den der die das am zum zur im the la le il el oude grote hoge lage witte "
        "alten? neuen? gross?en? kleinen? hohen? oberen? unteren?"
    )
    + " ?$"
)
# Flat 3, Unit 5B, Bât A, 2. Stock: in front of the street.
UNIT_FIRST = re.compile(
    rf"((?:{REST_WORD}|{REST_ALONE})(?!{LETTER})\.?(?: (?:nr|no|nº|n)\.?)? ?"
    rf"(?:\d{{1,5}}{LETTER}?(?:[-&]\d{{1,5}})?|{LETTER}{END}|{LETTER}{{1,2}}-?\d{{1,4}})"
    rf"|\d{{1,3}}{ORDINAL_SIGN} ?{FLOOR_WORD}"
    rf"|{REST_ALONE}(?= ?,))"
    r"(?: ?,| ?-(?= )|(?= \d)| ?;) ?"
)
UNIT_HEAD = re.compile(rf"{REST_WORD}(?!{LETTER})\.? (?:\d{{1,4}}[a-z]?|[a-z]) (?={LETTER}{{3}})")
UNIT_VALUE = re.compile(rf"^{UNIT_WORD}\.? ?\d{{1,5}}[a-z]?(?= {LETTER}{{2}})")
BOX_LINE = re.compile(rf"{BOX_WORD}\.? ?{BOX_VALUE}\.{{0,2}}$")
UNIT_LINE = re.compile(rf"(?:{REST_HERE.pattern}|{BOX_LINE.pattern})")
