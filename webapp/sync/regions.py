"""States and provinces as ISO 3166-2, for the countries whose carriers want one. Pure.

Exact has a code of its own list in `State` and a name in `StateName`; merchants type either in either.
https://www.iso.org/obp/ui/#iso:code:3166:US (and CA, IT, AU)
"""

import unicodedata

# country: code, name and other names, as people write them. AA, AE and AP are the posts of the American army,
# AO is what Italian addresses write where ISO has only the region 23.
REGIONS = {
    "US": """
AL Alabama | AK Alaska | AZ Arizona | AR Arkansas | CA California | CO Colorado | CT Connecticut | DE Delaware
DC District of Columbia/Washington DC | FL Florida | GA Georgia | HI Hawaii | ID Idaho | IL Illinois | IN Indiana
IA Iowa | KS Kansas | KY Kentucky | LA Louisiana | ME Maine | MD Maryland | MA Massachusetts | MI Michigan
MN Minnesota | MS Mississippi | MO Missouri | MT Montana | NE Nebraska | NV Nevada | NH New Hampshire
NJ New Jersey | NM New Mexico | NY New York | NC North Carolina | ND North Dakota | OH Ohio | OK Oklahoma
OR Oregon | PA Pennsylvania | RI Rhode Island | SC South Carolina | SD South Dakota | TN Tennessee | TX Texas
UT Utah | VT Vermont | VA Virginia | WA Washington | WV West Virginia | WI Wisconsin | WY Wyoming
AS American Samoa | GU Guam | MP Northern Mariana Islands | PR Puerto Rico | VI Virgin Islands/US Virgin Islands
UM United States Minor Outlying Islands | AA Armed Forces Americas | AE Armed Forces Europe
AP Armed Forces Pacific""",
    "CA": """
AB Alberta | BC British Columbia/Colombie-Britannique | MB Manitoba | NB New Brunswick/Nouveau-Brunswick
NL Newfoundland and Labrador/Newfoundland/Terre-Neuve-et-Labrador/NF | NS Nova Scotia/Nouvelle-Écosse
NT Northwest Territories/Territoires du Nord-Ouest | NU Nunavut | ON Ontario
PE Prince Edward Island/PEI/Île-du-Prince-Édouard | QC Québec/PQ | SK Saskatchewan | YT Yukon/Yukon Territory""",
    "AU": """
ACT Australian Capital Territory | NSW New South Wales | NT Northern Territory | QLD Queensland
SA South Australia | TAS Tasmania | VIC Victoria | WA Western Australia""",
    "IT": """
AG Agrigento | AL Alessandria | AN Ancona | AO Aosta/Valle d'Aosta/Vallée d'Aoste | AP Ascoli Piceno | AQ L'Aquila
AR Arezzo | AT Asti | AV Avellino | BA Bari | BG Bergamo | BI Biella | BL Belluno | BN Benevento | BO Bologna
BR Brindisi | BS Brescia | BT Barletta-Andria-Trani | BZ Bolzano/Bozen/Alto Adige/Südtirol | CA Cagliari
CB Campobasso | CE Caserta | CH Chieti | CL Caltanissetta | CN Cuneo | CO Como | CR Cremona | CS Cosenza
CT Catania | CZ Catanzaro | EN Enna | FC Forlì-Cesena/FO | FE Ferrara | FG Foggia | FI Firenze/Florence | FM Fermo
FR Frosinone | GE Genova/Genoa/Genua | GO Gorizia | GR Grosseto | IM Imperia | IS Isernia | KR Crotone | LC Lecco
LE Lecce | LI Livorno | LO Lodi | LT Latina | LU Lucca | MB Monza e della Brianza/Monza e Brianza/Monza Brianza/Monza
MC Macerata | ME Messina | MI Milano/Milan/Milaan/Mailand | MN Mantova/Mantua | MO Modena | MS Massa-Carrara
MT Matera | NA Napoli/Naples/Napels/Neapel | NO Novara | NU Nuoro/OG/Ogliastra | OR Oristano | PA Palermo
PC Piacenza | PD Padova/Padua | PE Pescara | PG Perugia | PI Pisa | PN Pordenone | PO Prato | PR Parma | PT Pistoia
PU Pesaro e Urbino/PS | PV Pavia | PZ Potenza | RA Ravenna | RC Reggio Calabria/Reggio di Calabria
RE Reggio Emilia/Reggio nell'Emilia | RG Ragusa | RI Rieti | RM Roma/Rome/Rom | RN Rimini | RO Rovigo | SA Salerno
SI Siena | SO Sondrio | SP La Spezia | SR Siracusa/Syracuse | SS Sassari/OT/Olbia-Tempio
SU Sud Sardegna/Sardegna del Sud/CI/Carbonia-Iglesias/VS/Medio Campidano | SV Savona | TA Taranto | TE Teramo
TN Trento/Trient/Trentino | TO Torino/Turin/Turijn | TP Trapani | TR Terni | TS Trieste | TV Treviso | UD Udine
VA Varese | VB Verbano-Cusio-Ossola | VC Vercelli | VE Venezia/Venice/Venetië/Venedig | VI Vicenza | VR Verona
VT Viterbo | VV Vibo Valentia""",
}
BEFORE_NAME = ("cittametropolitanadi", "provinciaautonomadi", "provinciadi", "provinciadella", "provdi", "stateof")
LONGEST = 80  # signs that are looked at


def province(code_or_name: str, country: str) -> str:
    """The ISO 3166-2 code ("US-NY", "IT-RM") of a state or province by its code or name; "" when unknown, or
    when the country needs none."""
    country = (country or "").strip().upper()
    text = (code_or_name or "")[:LONGEST].strip().upper().removeprefix(f"{country}-")
    key, names = _key(text), NAMES.get(country, {})
    code = names.get(key)
    for words in BEFORE_NAME:
        code = code or names.get(key.removeprefix(words))
    return f"{country}-{code}" if code else ""


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())


def _names(table: str) -> dict[str, str]:
    names = {}
    for entry in table.replace("\n", " | ").split(" | "):
        code, _, written = entry.strip().partition(" ")
        for name in (code, *written.split("/")):
            if name:
                names[_key(name)] = code
    return names


NAMES = {country: _names(table) for country, table in REGIONS.items()}
