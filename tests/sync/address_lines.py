"""Address lines with the split a person would make of them. Invented, in the patterns people really type.

One row a line: country ; lines, joined by " | " ; street ; number ; addition ; box ; rest. Empty ends are left out.
"""

# The split that must come out, whatever the confidence.
CERTAIN = """
# number and letters
NL ; Kerkstraat 12 ; Kerkstraat ; 12
NL ; Kerkstraat 12a ; Kerkstraat ; 12 ; a
NL ; Kerkstraat 12 A ; Kerkstraat ; 12 ; A
NL ; Kerkstraat 12-A ; Kerkstraat ; 12 ; A
NL ; Kerkstraat 12 - A ; Kerkstraat ; 12 ; A
NL ; Kerkstraat 12/A ; Kerkstraat ; 12 ; A
NL ; Kerkstraat, 12 ; Kerkstraat ; 12
NL ; Kerkstraat 12. ; Kerkstraat ; 12
NL ; Kerkstraat 12, ; Kerkstraat ; 12
NL ; Kerkstraat   12   a ; Kerkstraat ; 12 ; a
NL ; KERKSTRAAT 12A ; KERKSTRAAT ; 12 ; A
NL ; kerkstraat 12a ; kerkstraat ; 12 ; a
NL ; Kerkstraat 1234 ; Kerkstraat ; 1234
NL ; Kerkstraat 12345 ; Kerkstraat ; 12345
NL ; Kerkstraat12 ; Kerkstraat ; 12
NL ; Kerkstr.12a ; Kerkstr. ; 12 ; a
NL ; Molenweg12-b ; Molenweg ; 12 ; b
NL ; Kerkstraat\xa012 ; Kerkstraat ; 12
NL ; Kerkstraat\u200912\u202fb ; Kerkstraat ; 12 ; b
NL ; Kerkstraat １２ａ ; Kerkstraat ; 12 ; a
NL ; Kerkstraat 12–a ; Kerkstraat ; 12 ; a
NL ; Kerkstraat nr. 12 ; Kerkstraat ; 12
NL ; Kerkstraat nr 12 a ; Kerkstraat ; 12 ; a
NL ; Kerkstraat huisnr. 7 ; Kerkstraat ; 7
NL ; Kerkstraat no. 7 ; Kerkstraat ; 7
NL ; Kerkstraat nummer 7b ; Kerkstraat ; 7 ; b
# additions of Dutch cities
NL ; Bilderdijkstraat 12hs ; Bilderdijkstraat ; 12 ; hs
NL ; Bilderdijkstraat 12 hs ; Bilderdijkstraat ; 12 ; hs
NL ; Bilderdijkstraat 12-hs ; Bilderdijkstraat ; 12 ; hs
NL ; Bilderdijkstraat 12 HUIS ; Bilderdijkstraat ; 12 ; HUIS
NL ; Bilderdijkstraat 12-1 ; Bilderdijkstraat ; 12 ; 1
NL ; Bilderdijkstraat 12-3 hoog ; Bilderdijkstraat ; 12 ; 3 hoog
NL ; Bilderdijkstraat 12 3hoog ; Bilderdijkstraat ; 12 ; 3hoog
NL ; Bilderdijkstraat 12 II ; Bilderdijkstraat ; 12 ; II
NL ; Bilderdijkstraat 12-III ; Bilderdijkstraat ; 12 ; III
NL ; Bilderdijkstraat 12II ; Bilderdijkstraat ; 12 ; II
NL ; Bilderdijkstraat 12 II hoog ; Bilderdijkstraat ; 12 ; II hoog
NL ; Bilderdijkstraat 12 I-hoog ; Bilderdijkstraat ; 12 ; I-hoog
NL ; Bilderdijkstraat 12-A-3 ; Bilderdijkstraat ; 12 ; A-3
NL ; Bilderdijkstraat 12 a-hs ; Bilderdijkstraat ; 12 ; a-hs
NL ; Bilderdijkstraat 12A2 ; Bilderdijkstraat ; 12 ; A2
NL ; Bilderdijkstraat 12 A2 ; Bilderdijkstraat ; 12 ; A2
NL ; Bilderdijkstraat 12/3 ; Bilderdijkstraat ; 12 ; 3
NL ; Bilderdijkstraat 12 / 3 ; Bilderdijkstraat ; 12 ; 3
NL ; Oudegracht 12bis ; Oudegracht ; 12 ; bis
NL ; Oudegracht 12 bis ; Oudegracht ; 12 ; bis
NL ; Oudegracht 12 bis A ; Oudegracht ; 12 ; bis A
NL ; Oudegracht 12 bisA ; Oudegracht ; 12 ; bisA
NL ; Oudegracht 12 BS ; Oudegracht ; 12 ; BS
NL ; Oudegracht 12bsA ; Oudegracht ; 12 ; bsA
NL ; Kleverparkweg 20 rood ; Kleverparkweg ; 20 ; rood
NL ; Kleverparkweg 20 zwart ; Kleverparkweg ; 20 ; zwart
NL ; Kleverparkweg 20rd ; Kleverparkweg ; 20 ; rd
NL ; Kleverparkweg 20 RD ; Kleverparkweg ; 20 ; RD
NL ; Kleverparkweg 20zw ; Kleverparkweg ; 20 ; zw
NL ; Kleverparkweg 20 rd boven ; Kleverparkweg ; 20 ; rd boven
NL ; Tuinlaan 8 beneden ; Tuinlaan ; 8 ; beneden
NL ; Tuinlaan 8a achter ; Tuinlaan ; 8 ; a achter
NL ; Jaagpad 5 ark ; Jaagpad ; 5 ; ark
NL ; Jaagpad 5 WB ; Jaagpad ; 5 ; WB
NL ; Jaagpad 5 woonboot ; Jaagpad ; 5 ; woonboot
NL ; Jaagpad 5 Ark2 ; Jaagpad ; 5 ; Ark2
NL ; Flatweg 283 K104 ; Flatweg ; 283 ; K104
NL ; Flatweg 283-K104 ; Flatweg ; 283 ; K104
NL ; Flatweg 283K104 ; Flatweg ; 283 ; K104
NL ; Flatweg 6 (3) ; Flatweg ; 6 ; (3)
NL ; Flatweg 6 (a) ; Flatweg ; 6 ; (a)
NL ; Flatweg 10-104 ; Flatweg ; 10 ; 104
NL ; Flatweg 08-12 ; Flatweg ; 08 ; 12
NL ; Dorpsstraat 12 1/2 ; Dorpsstraat ; 12 ; 1/2
NL ; Dorpsstraat 42-46 ; Dorpsstraat ; 42 ; 46
NL ; Dorpsstraat 42 - 46 ; Dorpsstraat ; 42 ; 46
NL ; Dorpsstraat 42/44 ; Dorpsstraat ; 42 ; 44
NL ; Dorpsstraat 42a-46b ; Dorpsstraat ; 42 ; a-46b
NL ; Dorpsstraat 1 t/m 5 ; Dorpsstraat ; 1 ; t/m 5
NL ; Dorpsstraat 12, 2e verdieping ; Dorpsstraat ; 12 ; ; ; 2e verdieping
NL ; Dorpsstraat 12 2e verdieping ; Dorpsstraat ; 12 ; ; ; 2e verdieping
NL ; Dorpsstraat 12a 1e etage ; Dorpsstraat ; 12 ; a ; ; 1e etage
NL ; Dorpsstraat 12 unit 5 ; Dorpsstraat ; 12 ; ; ; unit 5
NL ; Dorpsstraat 12 Unit 3.04 ; Dorpsstraat ; 12 ; ; ; Unit 3.04
NL ; Dorpsstraat 12, gebouw B ; Dorpsstraat ; 12 ; ; ; gebouw B
NL ; Dorpsstraat 12 (gebouw B) ; Dorpsstraat ; 12 ; ; ; (gebouw B)
NL ; Dorpsstraat 12 kamer 114 ; Dorpsstraat ; 12 ; ; ; kamer 114
NL ; Dorpsstraat 12 app. 3 ; Dorpsstraat ; 12 ; ; ; app. 3
NL ; Dorpsstraat 12-14, hal 4 ; Dorpsstraat ; 12 ; 14 ; ; hal 4
NL ; Dorpsstraat 12, 1234 AB Utrecht ; Dorpsstraat ; 12 ; ; ; 1234 AB Utrecht
NL ; Dorpsstraat 12, Industrieterrein Noord ; Dorpsstraat ; 12 ; ; ; Industrieterrein Noord
NL ; Stationsplein 45 A4.004 ; Stationsplein ; 45 ; A4.004
NL ; Stationsplein 45 Unit A4.004 ; Stationsplein ; 45 ; ; ; Unit A4.004
NL ; Weena 505 20e etage kamer 3 ; Weena ; 505 ; ; ; 20e etage kamer 3
NL ; Oudegracht 12bis-2 ; Oudegracht ; 12 ; bis-2
NL ; Oudegracht 12-III-hg ; Oudegracht ; 12 ; III-hg
NL ; Oudegracht 12 3-hoog achter ; Oudegracht ; 12 ; 3-hoog achter
NL ; Oudegracht 20zw /2 ; Oudegracht ; 20 ; zw /2
NL ; Oudegracht 12 a/b ; Oudegracht ; 12 ; a/b
NL ; Oudegracht 12 A t/m C ; Oudegracht ; 12 ; A t/m C
NL ; Oudegracht 12d-e ; Oudegracht ; 12 ; d-e
NL ; Oudegracht 12 & 14 ; Oudegracht ; 12 ; 14
NL ; Oudegracht 12 en 14 ; Oudegracht ; 12 ; en 14
NL ; Oudegracht 5-7-9 ; Oudegracht ; 5 ; 7-9
NL ; Oudegracht 12 sous ; Oudegracht ; 12 ; sous
NL ; Oudegracht 12 c/o Jansen ; Oudegracht ; 12 ; ; ; c/o Jansen
NL ; Oudegracht 12 t.a.v. Jansen ; Oudegracht ; 12 ; ; ; t.a.v. Jansen
NL ; Oudegracht 12 postbus 3 ; Oudegracht ; 12 ; ; ; postbus 3
NL ; "Oudegracht 12" ; Oudegracht ; 12
NL ; Oudegracht:12 ; Oudegracht ; 12
NL ; Oudegracht--12 ; Oudegracht ; 12
# numbers that belong to the name of the street
NL ; Laan 2000 12 ; Laan 2000 ; 12
NL ; Weg 1940 12 ; Weg 1940 ; 12
NL ; De Poort 12 ; De Poort ; 12
NL ; Bij de Kerk 4 ; Bij de Kerk ; 4
NL ; Hoofdweg 2000 ; Hoofdweg ; 2000
NL ; 2e van der Lindenstraat 12 ; 2e van der Lindenstraat ; 12
NL ; 1e Kruisdwarsweg 3 ; 1e Kruisdwarsweg ; 3
NL ; 2de Lindendwarsstraat 12-a ; 2de Lindendwarsstraat ; 12 ; a
NL ; 3e Wittenburgerdwarsstraat 44 hs ; 3e Wittenburgerdwarsstraat ; 44 ; hs
NL ; Eerste Helmersstraat 100-2 ; Eerste Helmersstraat ; 100 ; 2
NL ; 6e Regiment Jagersweg 16 ; 6e Regiment Jagersweg ; 16
NL ; Nijverheid 3e Straat 5 ; Nijverheid 3e Straat ; 5
NL ; 4 Meiplein 7 ; 4 Meiplein ; 7
NL ; 5 Meistraat 12b ; 5 Meistraat ; 12 ; b
NL ; 17 April 1945-straat 3 ; 17 April 1945-straat ; 3
NL ; Plein 1953 12 ; Plein 1953 ; 12
NL ; Plein 1940 2 ; Plein 1940 ; 2
NL ; Plein 1940-1945 12a ; Plein 1940-1945 ; 12 ; a
NL ; Plein ’40-’45 7 ; Plein ’40-’45 ; 7
NL ; Plein '40 - '45 7 ; Plein '40 - '45 ; 7
NL ; Laan 40-45 3 ; Laan 40-45 ; 3
NL ; Laan 1914–1918 21 ; Laan 1914–1918 ; 21
NL ; Laan van 1813 12 ; Laan van 1813 ; 12
NL ; Pad van 1572 3a ; Pad van 1572 ; 3 ; a
NL ; Mei 1945straat 8 ; Mei 1945straat ; 8
NL ; 100-laan 5 ; 100-laan ; 5
NL ; Provincialeweg N307 44 ; Provincialeweg N307 ; 44
NL ; Rijksweg A12 6 ; Rijksweg A12 ; 6
NL ; Rijksweg N50 12b ; Rijksweg N50 ; 12 ; b
NL ; Rijksweg 12 ; Rijksweg ; 12
NL ; Wijk A 17 ; Wijk A ; 17
NL ; Langedijk B 4a ; Langedijk B ; 4 ; a
NL ; Sint Jan's Hof 3 ; Sint Jan's Hof ; 3
NL ; ’s-Gravenweg 80 ; ’s-Gravenweg ; 80
NL ; 't Zand 4 ; 't Zand ; 4
NL ; Mr. P.J. Troelstralaan 41a ; Mr. P.J. Troelstralaan ; 41 ; a
NL ; Burg. J.G. Legroweg 27-1 ; Burg. J.G. Legroweg ; 27 ; 1
NL ; Weg 4 ; Weg ; 4
NL ; Ee 5 ; Ee ; 5
NL ; De Hoek 6 ; De Hoek ; 6
NL ; Op 't Veld 9 ; Op 't Veld ; 9
NL ; Straat van Gibraltar 12 ; Straat van Gibraltar ; 12
# number first, and more lines
NL ; 12, Kerkstraat ; Kerkstraat ; 12
NL ; 12 a, Kerkstraat ; Kerkstraat ; 12 ; a
NL ; 7, Plein 1953 ; Plein 1953 ; 7
NL ; Kerkstraat | 12 ; Kerkstraat ; 12
NL ; Kerkstraat | 12 a ; Kerkstraat ; 12 ; a
NL ; Kerkstraat | 12-3 ; Kerkstraat ; 12 ; 3
NL ; Kerkstraat | nr. 12 ; Kerkstraat ; 12
NL ; Kerkstraat 12 | a ; Kerkstraat ; 12 ; a
NL ; Kerkstraat 12 | bis ; Kerkstraat ; 12 ; bis
NL ; Kerkstraat 12 | 1 hoog ; Kerkstraat ; 12 ; 1 hoog
NL ; Kerkstraat 12 | 2e verdieping ; Kerkstraat ; 12 ; ; ; 2e verdieping
NL ; Kerkstraat 12 | t.a.v. Inkoop ; Kerkstraat ; 12 ; ; ; t.a.v. Inkoop
NL ; t.a.v. Jan de Wit | Kerkstraat 12 ; Kerkstraat ; 12 ; ; ; t.a.v. Jan de Wit
NL ; c/o Bakkerij Smit | Kerkstraat 12b ; Kerkstraat ; 12 ; b ; ; c/o Bakkerij Smit
NL ; c/o Bakkerij Smit, Kerkstraat 12b ; Kerkstraat ; 12 ; b ; ; c/o Bakkerij Smit
NL ; Gebouw De Toren | Kerkstraat 12 ; Kerkstraat ; 12 ; ; ; Gebouw De Toren
NL ; Kerkstraat 12 | Gebouw De Toren | Afdeling Inkoop ; Kerkstraat ; 12 ; ; ; Gebouw De Toren, Afdeling Inkoop
NL ; | Kerkstraat 12 | ; Kerkstraat ; 12
NL ; Postbus 310 ; ; ; ; 310
NL ; postbus 1 234 ; ; ; ; 1 234
NL ; Antwoordnummer 5020 ; ; ; ; 5020
NL ; Kerkstraat 12 | Postbus 310 ; Kerkstraat ; 12 ; ; ; Postbus 310
NL ; Huize Rust, Kerkstraat 12 ; Kerkstraat ; 12 ; ; ; Huize Rust
NL ; Kerkstraat | Amsterdam | 12 ; Kerkstraat ; 12 ; ; ; Amsterdam
NL ; Bakkerij Smit BV | Molenweg | 12 ; Molenweg ; 12 ; ; ; Bakkerij Smit BV
NL ; Molenweg 12 | 1234 AB Utrecht ; Molenweg ; 12 ; ; ; 1234 AB Utrecht
# additions and floors in other spellings
NL ; Molenweg 12, 2 hoog ; Molenweg ; 12 ; 2 hoog
NL ; Molenweg 12, boven ; Molenweg ; 12 ; boven
NL ; Molenweg 12 (beneden) ; Molenweg ; 12 ; (beneden)
NL ; Molenweg 12_b ; Molenweg ; 12 ; b
NL ; Molenweg 12 begane grond ; Molenweg ; 12 ; ; ; begane grond
NL ; Molenweg 12 tweede verdieping ; Molenweg ; 12 ; ; ; tweede verdieping
NL ; Molenweg 12 verd. 2 ; Molenweg ; 12 ; ; ; verd. 2
NL ; Molenweg 12 achterhuis ; Molenweg ; 12 ; ; ; achterhuis
NL ; Molenweg 12 bungalow 7 ; Molenweg ; 12 ; ; ; bungalow 7
NL ; Molenweg 12 garage 7 ; Molenweg ; 12 ; ; ; garage 7
NL ; Molenweg 12-unit 7 ; Molenweg ; 12 ; ; ; unit 7
NL ; Molenweg 12 tav Jansen ; Molenweg ; 12 ; ; ; tav Jansen
NL ; Molenweg 12 bis 1234 AB Utrecht ; Molenweg ; 12 ; bis ; ; 1234 AB Utrecht
NL ; Molenweg 12, 1234AB, Utrecht ; Molenweg ; 12 ; ; ; 1234AB, Utrecht
NL ; Molenweg 12! ; Molenweg ; 12
NL ; Molenweg 12 🏡 ; Molenweg ; 12
NL ; 🚚 Molenweg 12 ; Molenweg ; 12
NL ; ‏Molenweg 12‎ ; Molenweg ; 12
NL ; شارع النيل 12 ; شارع النيل ; 12
# Belgium
BE ; Kerkstraat 12 bx 3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12/3.1 ; Kerkstraat ; 12 ; ; 3.1
BE ; Kerkstraat 12 1ste verdiep ; Kerkstraat ; 12 ; ; ; 1ste verdiep
BE ; Kerkstraat 12 | bus A4. ; Kerkstraat ; 12 ; ; A4
BE ; Rue du Bus 12 bte 4 ; Rue du Bus ; 12 ; ; 4
BE ; Rue du Bus n° 12 ; Rue du Bus ; 12
BE ; Kerkstraat 12 ; Kerkstraat ; 12
BE ; Kerkstraat 12 bus 3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12 Bus 3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12, bus 3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12 - bus 3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12/bus 3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12bus3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12A bus 3 ; Kerkstraat ; 12 ; A ; 3
BE ; Kerkstraat 12a, bus 3b ; Kerkstraat ; 12 ; a ; 3b
BE ; Kerkstraat 12 bus A101 ; Kerkstraat ; 12 ; ; A101
BE ; Kerkstraat 12 bus 0.01 ; Kerkstraat ; 12 ; ; 0.01
BE ; Kerkstraat 12 bus nr. 4 ; Kerkstraat ; 12 ; ; 4
BE ; Kerkstraat 12 box 3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12 (bus 3) ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12 bus 3, 2e verdieping ; Kerkstraat ; 12 ; ; 3 ; 2e verdieping
BE ; Kerkstraat 12 2e verdieping bus 3 ; Kerkstraat ; 12 ; ; 3 ; 2e verdieping
BE ; Kerkstraat 12 | bus 3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat | 12 bus 3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12 B3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12/3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 120/0201 ; Kerkstraat ; 120 ; 0201
BE ; Kerkstraat 12/C3 ; Kerkstraat ; 12 ; ; C3
BE ; Kerkstraat 12B ; Kerkstraat ; 12 ; B
BE ; Kerkstraat 12 B ; Kerkstraat ; 12 ; B
BE ; Kerkstraat 12-14 ; Kerkstraat ; 12 ; 14
BE ; Rue de la Loi 16 ; Rue de la Loi ; 16
BE ; Rue de la Loi, 16 ; Rue de la Loi ; 16
BE ; Rue de la Loi 16 bte 4 ; Rue de la Loi ; 16 ; ; 4
BE ; Rue de la Loi 16 Bte. 4 ; Rue de la Loi ; 16 ; ; 4
BE ; Rue de la Loi 16, boîte 4 ; Rue de la Loi ; 16 ; ; 4
BE ; Rue de la Loi 16A boîte 4 ; Rue de la Loi ; 16 ; A ; 4
BE ; Rue de la Loi 16bte4 ; Rue de la Loi ; 16 ; ; 4
BE ; 16 rue de la Loi ; rue de la Loi ; 16
BE ; 16, rue de la Loi ; rue de la Loi ; 16
BE ; 16A, rue de la Loi bte 4 ; rue de la Loi ; 16 ; A ; 4
BE ; 16/4 avenue Louise ; avenue Louise ; 16 ; ; 4
BE ; 16-4 avenue Louise ; avenue Louise ; 16 ; 4
BE ; 16 bte 4, avenue Louise ; avenue Louise ; 16 ; ; 4
BE ; 16A, boîte 4, avenue Louise ; avenue Louise ; 16 ; A ; 4
BE ; 16 bis chaussée de Mons ; chaussée de Mons ; 16 ; bis
BE ; Avenue Roi Albert 1er 12 ; Avenue Roi Albert 1er ; 12
BE ; Rue du 11 Novembre 5 ; Rue du 11 Novembre ; 5
BE ; Rue du 11 Novembre 1918 5 ; Rue du 11 Novembre 1918 ; 5
BE ; 8, place du 4 Août ; place du 4 Août ; 8
BE ; Chaussée de Louvain 775 ; Chaussée de Louvain ; 775
BE ; Grand-Rue 3 ; Grand-Rue ; 3
BE ; Aachener Straße 12 a ; Aachener Straße ; 12 ; a
BE ; Postbus 12 ; ; ; ; 12
BE ; BP 44 ; ; ; ; 44
BE ; Kerkstraat 12 bus 2 R ; Kerkstraat ; 12 ; ; 2 R
BE ; Kerkstraat 12 bus n° 3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12 app. 3 bus 4 ; Kerkstraat ; 12 ; ; 4 ; app. 3
BE ; Kerkstraat 12-14 bus 3 ; Kerkstraat ; 12 ; 14 ; 3
BE ; Kerkstraat 12 glv ; Kerkstraat ; 12 ; ; ; glv
BE ; Kerkstraat 12/B ; Kerkstraat ; 12 ; B
BE ; Rue Haute 12 1er étage ; Rue Haute ; 12 ; ; ; 1er étage
BE ; Rue Haute, n°12 ; Rue Haute ; 12
BE ; Avenue des 7 Bonniers 12 ; Avenue des 7 Bonniers ; 12
BE ; Boulevard Albert II 30 bte 3 ; Boulevard Albert II ; 30 ; ; 3
BE ; Grote Markt 1, 2000 Antwerpen ; Grote Markt ; 1 ; ; ; 2000 Antwerpen
BE ; Chaussée N4 12 ; Chaussée N4 ; 12
# Germany
DE ; Lindenweg 12 II. OG ; Lindenweg ; 12 ; ; ; II. OG
DE ; Lindenweg 12 bei Schulz ; Lindenweg ; 12 ; ; ; bei Schulz
DE ; Lindenweg 12 OT Neudorf ; Lindenweg ; 12 ; ; ; OT Neudorf
DE ; Lindenweg 12 Raum 7 ; Lindenweg ; 12 ; ; ; Raum 7
DE ; Lindenweg HNr. 12 ; Lindenweg ; 12
DE ; Lindenweg 12 // 3 ; Lindenweg ; 12 ; 3
DE ; Lindenweg 12 // Haus 3 ; Lindenweg ; 12 ; ; ; Haus 3
DE ; Lindenweg 12, 2. Hinterhof ; Lindenweg ; 12 ; ; ; 2. Hinterhof
DE ; Lindenweg 12 bis 14 ; Lindenweg ; 12 ; bis 14
DE ; Am Haus Nr. 12 ; Am Haus ; 12
DE ; Zur Halle Nr. 12 ; Zur Halle ; 12
DE ; Am alten Tor 12 ; Am alten Tor ; 12
DE ; Haus Sonne, Kölner Straße 12, 2. Stock ; Kölner Straße ; 12 ; ; ; Haus Sonne, 2. Stock
DE ; Lindenweg 12 | 10115 Berlin ; Lindenweg ; 12 ; ; ; 10115 Berlin
DE ; Hauptstraße 25 ½ ; Hauptstraße ; 25 ; ½
DE ; Hauptstraße 5 EG links ; Hauptstraße ; 5 ; ; ; EG links
DE ; Hauptstraße 5 z.Hd. Müller ; Hauptstraße ; 5 ; ; ; z.Hd. Müller
DE ; Hauptstraße 5 Gebäude 12 Tor 3 ; Hauptstraße ; 5 ; ; ; Gebäude 12 Tor 3
DE ; Hauptstraße 5 10115 Berlin ; Hauptstraße ; 5 ; ; ; 10115 Berlin
DE ; Hauptstraße 12 a - 13 b ; Hauptstraße ; 12 ; a - 13 b
DE ; Nr. 5 Hauptstraße ; Hauptstraße ; 5
DE ; 1. Mai-Straße 5 ; 1. Mai-Straße ; 5
DE ; 12. Februar Platz 3 ; 12. Februar Platz ; 3
DE ; Quadrat S 6, 12 ; Quadrat S 6 ; 12
DE ; Hauptstraße 5 ; Hauptstraße ; 5
DE ; Hauptstraße 5a ; Hauptstraße ; 5 ; a
DE ; Hauptstraße 5 a ; Hauptstraße ; 5 ; a
DE ; Hauptstr.5 ; Hauptstr. ; 5
DE ; Hauptstraße5b ; Hauptstraße ; 5 ; b
DE ; HAUPTSTRASSE 5 B ; HAUPTSTRASSE ; 5 ; B
DE ; Hauptstraße 5-7 ; Hauptstraße ; 5 ; 7
DE ; Hauptstraße 5 - 7 ; Hauptstraße ; 5 ; 7
DE ; Hauptstraße 5/7 ; Hauptstraße ; 5 ; 7
DE ; Hauptstraße 5a-c ; Hauptstraße ; 5 ; a-c
DE ; Hauptstraße 5 1/2 ; Hauptstraße ; 5 ; 1/2
DE ; Hauptstraße Nr. 5 ; Hauptstraße ; 5
DE ; Hauptstraße Haus-Nr. 5 ; Hauptstraße ; 5
DE ; Hauptstraße Hausnummer 5 ; Hauptstraße ; 5
DE ; Hauptstraße 5, Whg. 12 ; Hauptstraße ; 5 ; ; ; Whg. 12
DE ; Hauptstraße 5 Wohnung 12 ; Hauptstraße ; 5 ; ; ; Wohnung 12
DE ; Hauptstraße 5 App. 3 ; Hauptstraße ; 5 ; ; ; App. 3
DE ; Hauptstraße 5, 3. OG ; Hauptstraße ; 5 ; ; ; 3. OG
DE ; Hauptstraße 5 3. Stock links ; Hauptstraße ; 5 ; ; ; 3. Stock links
DE ; Hauptstraße 5, Hinterhaus ; Hauptstraße ; 5 ; ; ; Hinterhaus
DE ; Hauptstraße 5 Hinterhaus ; Hauptstraße ; 5 ; ; ; Hinterhaus
DE ; Hauptstraße 5 Haus B ; Hauptstraße ; 5 ; ; ; Haus B
DE ; Hauptstraße 5 / Zimmer 4 ; Hauptstraße ; 5 ; ; ; Zimmer 4
DE ; Hauptstraße 5a Etage 2 ; Hauptstraße ; 5 ; a ; ; Etage 2
DE ; Straße des 17. Juni 135 ; Straße des 17. Juni ; 135
DE ; Platz des 4. Juli 1 ; Platz des 4. Juli ; 1
DE ; Straße 12 Nr. 4 ; Straße 12 ; 4
DE ; Landstraße 3 Nr. 4b ; Landstraße 3 ; 4 ; b
DE ; Q 7, 24 ; Q 7 ; 24
DE ; Q7, 24 ; Q7 ; 24
DE ; C 1, 10-12 ; C 1 ; 10 ; 12
DE ; M 2, 8a ; M 2 ; 8 ; a
DE ; Straße 42 7c ; Straße 42 ; 7 ; c
DE ; Am Markt 1 ; Am Markt ; 1
DE ; Unter den Linden 77 ; Unter den Linden ; 77
DE ; Auf'm Kamp 3 ; Auf'm Kamp ; 3
DE ; Prof.-Dr.-Koch-Str. 8 ; Prof.-Dr.-Koch-Str. ; 8
DE ; Postfach 10 20 30 ; ; ; ; 10 20 30
DE ; c/o Müller | Hauptstraße 5 ; Hauptstraße ; 5 ; ; ; c/o Müller
DE ; Hauptstraße 5 | 2. Stock ; Hauptstraße ; 5 ; ; ; 2. Stock
DE ; 2. Stock, Hauptstraße 5 ; Hauptstraße ; 5 ; ; ; 2. Stock
DE ; Tür 4 ; Tür ; 4
# Austria, Switzerland, Luxembourg
AT ; Mariahilfer Straße 12/3/1. Stock ; Mariahilfer Straße ; 12 ; 3 ; ; 1. Stock
LU ; Duerfstrooss 12 ; Duerfstrooss ; 12
AT ; Mariahilfer Straße 12 ; Mariahilfer Straße ; 12
AT ; Mariahilfer Straße 12/4 ; Mariahilfer Straße ; 12 ; 4
AT ; Mariahilfer Straße 12/2/14 ; Mariahilfer Straße ; 12 ; 2/14
AT ; Mariahilfer Straße 12 / 2 / 14 ; Mariahilfer Straße ; 12 ; 2/14
AT ; Mariahilfer Straße 12-14/2/5 ; Mariahilfer Straße ; 12 ; 14/2/5
AT ; Mariahilfer Straße 12a/4 ; Mariahilfer Straße ; 12 ; a/4
AT ; Mariahilfer Straße 12 Top 4 ; Mariahilfer Straße ; 12 ; ; ; Top 4
AT ; Mariahilfer Straße 12/Top 4 ; Mariahilfer Straße ; 12 ; ; ; Top 4
AT ; Mariahilfer Straße 12, Stiege 2, Top 4 ; Mariahilfer Straße ; 12 ; ; ; Stiege 2, Top 4
AT ; Mariahilfer Straße 12/Stg. 2/Tür 4 ; Mariahilfer Straße ; 12 ; ; ; Stg. 2/Tür 4
AT ; Straße des 8. Mai 3 ; Straße des 8. Mai ; 3
CH ; Bahnhofstrasse 21 ; Bahnhofstrasse ; 21
CH ; Bahnhofstrasse 21b ; Bahnhofstrasse ; 21 ; b
CH ; Rue du Rhône 14 ; Rue du Rhône ; 14
CH ; 14, rue du Rhône ; rue du Rhône ; 14
CH ; 14 rue du Rhône ; rue du Rhône ; 14
CH ; Chemin des 3 Vignes 5 ; Chemin des 3 Vignes ; 5
CH ; Rue du 1er Août 3 ; Rue du 1er Août ; 3
CH ; Via Nassa 5 ; Via Nassa ; 5
LU ; 12, rue de Trèves ; rue de Trèves ; 12
LU ; 12a rue de Trèves ; rue de Trèves ; 12 ; a
LU ; 12-14, rue de Trèves ; rue de Trèves ; 12 ; 14
LU ; Rue de Trèves 12 ; Rue de Trèves ; 12
LU ; 5, am Duerf ; am Duerf ; 5
LU ; 5 Beim Schlass ; Beim Schlass ; 5
LU ; 3, op der Gare ; op der Gare ; 3
# France
FR ; 12 au 16 rue Foch ; rue Foch ; 12 ; au 16
FR ; 12, 14 rue Foch ; rue Foch ; 12 ; 14
FR ; 12 r Foch ; r Foch ; 12
FR ; 12 R rue Foch ; rue Foch ; 12 ; R
FR ; 12 rue Foch Immeuble Le Parc ; rue Foch ; 12 ; ; ; Immeuble Le Parc
FR ; 12 rue Foch - Résidence Le Parc ; rue Foch ; 12 ; ; ; Résidence Le Parc
FR ; 12 et 14, rue Foch ; rue Foch ; 12 ; et 14
FR ; 12/B rue Foch ; rue Foch ; 12 ; B
FR ; 12. rue Foch ; rue Foch ; 12
FR ; 12 | rue Foch. ; rue Foch. ; 12
FR ; 12 , ter avenue Foch ; avenue Foch ; 12 ; ter
FR ; 12 rue Foch 75016 Paris ; rue Foch ; 12 ; ; ; 75016 Paris
FR ; 12 rue Foch | 75016 Paris ; rue Foch ; 12 ; ; ; 75016 Paris
FR ; 12 rue Foch (code 12A34) ; rue Foch ; 12 ; ; ; (code 12A34)
FR ; 12 rue Foch digicode 1234 ; rue Foch ; 12 ; ; ; digicode 1234
FR ; 12 rue Foch chez Roux ; rue Foch ; 12 ; ; ; chez Roux
FR ; chez Roux 12 rue Foch ; rue Foch ; 12 ; ; ; chez Roux
FR ; 12 rue Foch ZA Sud ; rue Foch ; 12 ; ; ; ZA Sud
FR ; 12 rue Hall ; rue Hall ; 12
FR ; 12 rue de la ZI Sud ; rue de la ZI Sud ; 12
FR ; 12 RN 7 ; RN 7 ; 12
FR ; Résidence Les Ormes Bât B 12 rue Foch ; rue Foch ; 12 ; ; ; Résidence Les Ormes Bât B
FR ; 12 rue de la Paix ; rue de la Paix ; 12
FR ; 12, rue de la Paix ; rue de la Paix ; 12
FR ; 12,rue de la Paix ; rue de la Paix ; 12
FR ; 12 RUE DE LA PAIX ; RUE DE LA PAIX ; 12
FR ; 12B rue de la Paix ; rue de la Paix ; 12 ; B
FR ; 12 B rue de la Paix ; rue de la Paix ; 12 ; B
FR ; 12 bis rue de la Paix ; rue de la Paix ; 12 ; bis
FR ; 12bis, rue de la Paix ; rue de la Paix ; 12 ; bis
FR ; 12 BIS, RUE DE LA PAIX ; RUE DE LA PAIX ; 12 ; BIS
FR ; 12 ter avenue Foch ; avenue Foch ; 12 ; ter
FR ; 12 quater avenue Foch ; avenue Foch ; 12 ; quater
FR ; 12 bis A avenue Foch ; avenue Foch ; 12 ; bis A
FR ; 12-14 avenue Foch ; avenue Foch ; 12 ; 14
FR ; 12/14 avenue Foch ; avenue Foch ; 12 ; 14
FR ; 12 à 14 avenue Foch ; avenue Foch ; 12 ; à 14
FR ; 12 rue du 8 Mai 1945 ; rue du 8 Mai 1945 ; 12
FR ; 3 place du 11 Novembre ; place du 11 Novembre ; 3
FR ; 5 rue des 4 Vents ; rue des 4 Vents ; 5
FR ; 5 rue du 1er Mai ; rue du 1er Mai ; 5
FR ; 7 1ère Avenue ; 1ère Avenue ; 7
FR ; 24 3ème Rue ; 3ème Rue ; 24
FR ; 12 l'Orée du Bois ; l'Orée du Bois ; 12
FR ; 12 L’Orée du Bois ; L’Orée du Bois ; 12
FR ; 12 lieu-dit Kervao ; lieu-dit Kervao ; 12
FR ; 12 cours d'Albret, Appt 4 ; cours d'Albret ; 12 ; ; ; Appt 4
FR ; 12 rue de la Paix Bât A ; rue de la Paix ; 12 ; ; ; Bât A
FR ; 12 rue de la Paix - Bâtiment C ; rue de la Paix ; 12 ; ; ; Bâtiment C
FR ; 12 rue de la Paix 3ème étage ; rue de la Paix ; 12 ; ; ; 3ème étage
FR ; 12 rue de la Paix, 75002 Paris ; rue de la Paix ; 12 ; ; ; 75002 Paris
FR ; 12 rue de la Paix BP 40012 ; rue de la Paix ; 12 ; ; ; BP 40012
FR ; Bât A, 12 rue de la Paix ; rue de la Paix ; 12 ; ; ; Bât A
FR ; Appt 4, 12 bis rue de la Paix ; rue de la Paix ; 12 ; bis ; ; Appt 4
FR ; Résidence Les Tilleuls, 12 rue de la Paix ; rue de la Paix ; 12 ; ; ; Résidence Les Tilleuls
FR ; Résidence Les Tilleuls 12 rue de la Paix ; rue de la Paix ; 12 ; ; ; Résidence Les Tilleuls
FR ; ZI Nord 12 rue Ampère ; rue Ampère ; 12 ; ; ; ZI Nord
FR ; Rue de la Paix 12 ; Rue de la Paix ; 12
FR ; Résidence Les Tilleuls | 12 rue de la Paix ; rue de la Paix ; 12 ; ; ; Résidence Les Tilleuls
FR ; 12 | rue de la Paix ; rue de la Paix ; 12
FR ; 12 rue de la Paix | Bât A ; rue de la Paix ; 12 ; ; ; Bât A
FR ; 12 rue de la Paix | chez M. Roux ; rue de la Paix ; 12 ; ; ; chez M. Roux
FR ; N° 12, rue de la Paix ; rue de la Paix ; 12
FR ; 12, bis rue de la Paix ; rue de la Paix ; 12 ; bis
FR ; 12rue de la Paix ; rue de la Paix ; 12
FR ; 5 r de la Paix ; r de la Paix ; 5
FR ; 12 et 14 rue de la Paix ; rue de la Paix ; 12 ; et 14
FR ; Immeuble Le Parc 12 rue de la Paix ; rue de la Paix ; 12 ; ; ; Immeuble Le Parc
FR ; Bat 3 12 bis rue de la Paix ; rue de la Paix ; 12 ; bis ; ; Bat 3
FR ; 29 rue Pierre 1er de Serbie ; rue Pierre 1er de Serbie ; 29
FR ; avenue de la 2ème DB 12 ; avenue de la 2ème DB ; 12
FR ; BP 123 ; ; ; ; 123
FR ; CS 40012 ; ; ; ; 40012
# Spain, Portugal, Italy
ES ; Calle Luna 12, 3B ; Calle Luna ; 12 ; ; ; 3B
ES ; Calle Luna 12,3-B. ; Calle Luna ; 12 ; ; ; 3-B
ES ; Carrer Gran 12, 2n 1a ; Carrer Gran ; 12 ; ; ; 2n 1a
ES ; Calle Luna 12 Bº A ; Calle Luna ; 12 ; ; ; Bº A
ES ; Avenida 9 d'Octubre 12 ; Avenida 9 d'Octubre ; 12
ES ; Pol. Ind. Este, C/ Luna 12 ; C/ Luna ; 12 ; ; ; Pol. Ind. Este
PT ; Rua Nova 12-2º Esq ; Rua Nova ; 12 ; ; ; 2º Esq
IT ; Via Roma 12 presso Rossi ; Via Roma ; 12 ; ; ; presso Rossi
IT ; Via Roma 12 rosso ; Via Roma ; 12 ; rosso
ES ; Calle Mayor 5 ; Calle Mayor ; 5
ES ; Calle Mayor, 5 ; Calle Mayor ; 5
ES ; C/ Mayor, 5 ; C/ Mayor ; 5
ES ; C/Mayor nº 5 ; C/Mayor ; 5
ES ; Calle Mayor, nº 5 ; Calle Mayor ; 5
ES ; Calle Mayor 5 bis ; Calle Mayor ; 5 ; bis
ES ; Calle Mayor 5, 3º B ; Calle Mayor ; 5 ; ; ; 3º B
ES ; Calle Mayor, 5, 3ºB ; Calle Mayor ; 5 ; ; ; 3ºB
ES ; Calle Mayor 5 2º 1ª ; Calle Mayor ; 5 ; ; ; 2º 1ª
ES ; Calle Mayor 5, piso 2, puerta 3 ; Calle Mayor ; 5 ; ; ; piso 2, puerta 3
ES ; Calle Mayor 5, bajo ; Calle Mayor ; 5 ; ; ; bajo
ES ; Calle Mayor 5 Bajo B ; Calle Mayor ; 5 ; ; ; Bajo B
ES ; Calle Mayor 5, Esc. A ; Calle Mayor ; 5 ; ; ; Esc. A
ES ; Polígono Industrial Sur, nave 12 ; Polígono Industrial Sur ; ; ; ; nave 12
ES ; Calle 2 de Mayo 12 ; Calle 2 de Mayo ; 12
ES ; Avda. 9 de Octubre, 4 ; Avda. 9 de Octubre ; 4
ES ; Avenida de la Constitución 12-14 ; Avenida de la Constitución ; 12 ; 14
ES ; Calle Mayor s/n ; Calle Mayor ; s/n
ES ; Calle Mayor, S/N ; Calle Mayor ; S/N
ES ; Apartado de Correos 33 ; ; ; ; 33
PT ; Rua Augusta 12 ; Rua Augusta ; 12
PT ; Rua Augusta, 12, 3º Esq ; Rua Augusta ; 12 ; ; ; 3º Esq
PT ; Rua 25 de Abril, 7 ; Rua 25 de Abril ; 7
PT ; Av. 5 de Outubro 70 ; Av. 5 de Outubro ; 70
IT ; Via Roma 12 ; Via Roma ; 12
IT ; Via Roma, 12/A ; Via Roma ; 12 ; A
IT ; Via Roma n. 12 ; Via Roma ; 12
IT ; Via Roma 12 bis ; Via Roma ; 12 ; bis
IT ; Via XX Settembre 5 ; Via XX Settembre ; 5
IT ; Via 4 Novembre 12 ; Via 4 Novembre ; 12
IT ; Corso 22 Marzo, 3 ; Corso 22 Marzo ; 3
IT ; Via Roma 12, int. 4 ; Via Roma ; 12 ; ; ; int. 4
IT ; Via Roma 12 scala B piano 3 ; Via Roma ; 12 ; ; ; scala B piano 3
ES ; Calle 39 No 1540 ; Calle 39 ; 1540
ES ; Avda. Diagonal 640 planta 6 ; Avda. Diagonal ; 640 ; ; ; planta 6
PT ; Rua do Ouro 12 R/C Esq ; Rua do Ouro ; 12 ; ; ; R/C Esq
# north and east
DK ; Vestergade 12, 1 ; Vestergade ; 12 ; ; ; 1
SE ; Storgatan 12 3tr ; Storgatan ; 12 ; ; ; 3tr
CZ ; Lhota č.p. 12 ; Lhota ; 12
BG ; бул. Витоша № 12 ; бул. Витоша ; 12
HU ; Petőfi utca 12. II/3 ; Petőfi utca ; 12 ; II/3
DK ; Vestergade 12 st th ; Vestergade ; 12 ; ; ; st th
RO ; Str. Florilor nr. 12, bl. A, ap. 5 ; Str. Florilor ; 12 ; ; ; bl. A, ap. 5
SE ; Storgatan 12 ; Storgatan ; 12
SE ; Storgatan 12 B ; Storgatan ; 12 ; B
SE ; Storgatan 12 lgh 1102 ; Storgatan ; 12 ; ; ; lgh 1102
DK ; Vestergade 12, 3. tv ; Vestergade ; 12 ; ; ; 3. tv
DK ; Vestergade 12 ; Vestergade ; 12
DK ; Ny Østergade 7B ; Ny Østergade ; 7 ; B
NO ; Storgata 12 B ; Storgata ; 12 ; B
FI ; Mannerheimintie 12 A 3 ; Mannerheimintie ; 12 ; A 3
FI ; Mannerheimintie 12 as 3 ; Mannerheimintie ; 12 ; ; ; as 3
PL ; ul. Długa 12 ; ul. Długa ; 12
PL ; ul. Długa 12/3 ; ul. Długa ; 12 ; 3
PL ; ul. Długa 12 m. 3 ; ul. Długa ; 12 ; ; ; m. 3
PL ; ul. 3 Maja 15 ; ul. 3 Maja ; 15
PL ; 11 Listopada 5 ; 11 Listopada ; 5
CZ ; Dlouhá 123/45 ; Dlouhá ; 123 ; 45
CZ ; 17. listopadu 12 ; 17. listopadu ; 12
HU ; Fő utca 12. ; Fő utca ; 12
GR ; Οδός Ερμού 12 ; Οδός Ερμού ; 12
BG ; ул. Иван Вазов 7 ; ул. Иван Вазов ; 7
# Britain, Ireland, America
GB ; Flat 12 Oak House, 33 High Street ; High Street ; 33 ; ; ; Flat 12 Oak House
GB ; Units 2-3, 12 High Street ; High Street ; 12 ; ; ; Units 2-3
GB ; 3 Oak House, 12 High Street ; High Street ; 12 ; ; ; 3 Oak House
GB ; 12 Penthouse View ; Penthouse View ; 12
GB ; 12 Lower Rear Lane ; Lower Rear Lane ; 12
US ; 123 Oak St No 4 ; Oak St ; 123 ; ; ; No 4
US ; 123 CR 5 ; CR 5 ; 123
US ; 123 US-1 ; US-1 ; 123
US ; 123 SE A St ; SE A St ; 123
US ; 123 Oak St Apt #A2 ; Oak St ; 123 ; ; ; Apt #A2
US ; 123 Oak St Bsmt ; Oak St ; 123 ; ; ; Bsmt
US ; 123 Oak St Trlr 5 ; Oak St ; 123 ; ; ; Trlr 5
GB ; 12 High Street ; High Street ; 12
GB ; 12a High Street ; High Street ; 12 ; a
GB ; 12A, High Street ; High Street ; 12 ; A
GB ; 221b Baker Street ; Baker Street ; 221 ; b
GB ; 1-3 Strand ; Strand ; 1 ; 3
GB ; Flat 3, 12 High Street ; High Street ; 12 ; ; ; Flat 3
GB ; Flat 3 12 High Street ; High Street ; 12 ; ; ; Flat 3
GB ; Unit 5, 12 Mill Lane ; Mill Lane ; 12 ; ; ; Unit 5
GB ; Unit 5B | 12 Mill Lane ; Mill Lane ; 12 ; ; ; Unit 5B
GB ; The Maltings, 12 Mill Lane ; Mill Lane ; 12 ; ; ; The Maltings
GB ; Flat 3, The Maltings, 12 Mill Lane ; Mill Lane ; 12 ; ; ; Flat 3, The Maltings
GB ; 12 High Street, Floor 2 ; High Street ; 12 ; ; ; Floor 2
GB ; 12 High Street Flat 2 ; High Street ; 12 ; ; ; Flat 2
GB ; 12 | High Street ; High Street ; 12
GB ; 10 March Road ; March Road ; 10
GB ; 1 St Mary's Road ; St Mary's Road ; 1
GB ; 2nd Floor, 12 High Street ; High Street ; 12 ; ; ; 2nd Floor
US ; 574 E 10th Street ; E 10th Street ; 574
US ; 1101 Madison St # 600 ; Madison St ; 1101 ; ; ; # 600
GB ; PO Box 12 ; ; ; ; 12
IE ; 12 O'Connell Street ; O'Connell Street ; 12
IE ; Apartment 4, 12 Main Street ; Main Street ; 12 ; ; ; Apartment 4
US ; 123 Main St ; Main St ; 123
US ; 123 Main St Apt 4B ; Main St ; 123 ; ; ; Apt 4B
US ; 123 Main St, Suite 200 ; Main St ; 123 ; ; ; Suite 200
US ; 123 Main St #4 ; Main St ; 123 ; ; ; #4
US ; 123 Main St | Apt 4 ; Main St ; 123 ; ; ; Apt 4
US ; 350 5th Ave ; 5th Ave ; 350
US ; 100 Highway 6 ; Highway 6 ; 100
US ; 100 County Road 12 ; County Road 12 ; 100
US ; 123 1/2 Main St ; Main St ; 123 ; 1/2
US ; 1600 Pennsylvania Ave NW ; Pennsylvania Ave NW ; 1600
US ; 98-12 Main Street ; Main Street ; 98 ; 12
US ; P.O. Box 1234 ; ; ; ; 1234
CA ; 12 Rue Sainte-Catherine ; Rue Sainte-Catherine ; 12
CA ; 450 King Street West, Unit 5 ; King Street West ; 450 ; ; ; Unit 5
AU ; Unit 4, 12 George Street ; George Street ; 12 ; ; ; Unit 4
"""

# Two readings at least: nobody can tell from the line. The reading that was meant must be among them.
DOUBTFUL = """
NL ; Markerkant 10 142 ; Markerkant ; 10 ; 142
NL ; Markerkant 10 142 ; Markerkant 10 ; 142
NL ; Nieuwe Gracht 224 2 ; Nieuwe Gracht ; 224 ; 2
NL ; Kerkstraat 12 A 3 ; Kerkstraat ; 12 ; A 3
NL ; Kerkstraat 12, 3 ; Kerkstraat ; 12 ; 3
NL ; Kerkstraat 12 | 3 ; Kerkstraat ; 12 ; 3
NL ; Wijk 2 15 ; Wijk 2 ; 15
NL ; Hoofdstraat 1945 12 ; Hoofdstraat ; 1945 ; 12
NL ; Rijksweg 50 A1 12 ; Rijksweg 50 A1 ; 12
NL ; Kerkstraat 39- 1 hg ; Kerkstraat ; 39 ; 1 hg
NL ; 12 Kerkstraat ; Kerkstraat ; 12
NL ; 7 Heuvelenweg 5 ; 7 Heuvelenweg ; 5
NL ; Kerkstraat t.o. 12 ; Kerkstraat ; 12 ; t.o.
NL ; Kerkstraat naast 5 ; Kerkstraat ; 5 ; naast
NL ; Kerkstraat unit 5 ; Kerkstraat ; ; ; ; unit 5
NL ; Kerkstraat 00012 ; Kerkstraat ; 00012
NL ; Kerkstraat 12 vlak bij de kerk ; Kerkstraat ; 12 ; ; ; vlak bij de kerk
NL ; Huize Rust, Zonneveld 12 ; Zonneveld ; 12 ; ; ; Huize Rust
NL ; Kerkstraat 1234 AB ; Kerkstraat ; 1234 ; AB
NL ; 12 ; ; 12
NL ; Kerkstraat 12 | Molenweg 5 ; Kerkstraat ; 12 ; ; ; Molenweg 5
NL ; Kerkstraat 12 | Molenweg 5 ; Molenweg ; 5 ; ; ; Kerkstraat 12
BE ; Oud-Dorp 136 3 ; Oud-Dorp ; 136 ; ; 3
BE ; Oud-Dorp 136 3 ; Oud-Dorp 136 ; 3
BE ; Kerkstraat 12 b 3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 12/3 ; Kerkstraat ; 12 ; 3
BE ; Kerkstraat 12-3 ; Kerkstraat ; 12 ; ; 3
BE ; Kerkstraat 36/101 ; Kerkstraat ; 36 ; ; 101
BE ; Kerkstraat 12A/3 ; Kerkstraat ; 12 ; A ; 3
BE ; Kerkstraat 12 bus II ; Kerkstraat ; 12 ; ; II
BE ; 12 rue de la Loi 5 ; rue de la Loi 5 ; 12
DE ; Straße 101 2 ; Straße 101 ; 2
DE ; Bundesstraße 1 25 1/3 ; Bundesstraße 1 ; 25 ; 1/3
DE ; D 4 3 ; D 4 ; 3
DE ; An der B 3 12 ; An der B 3 ; 12
DE ; Hauptstraße 5 am Tor ; Hauptstraße ; 5 ; am Tor
GB ; High Street 12 ; High Street ; 12
GB ; 12 Rose Cottages, Mill Lane ; Rose Cottages ; 12 ; ; ; Mill Lane
FR ; 12 rue de la Paix 5 ; rue de la Paix 5 ; 12
FR ; 2e rue de Cadix ; rue de Cadix ; 2 ; e
FR ; Appartement 3 rue Foch ; rue Foch ; ; ; ; Appartement 3
NL ; Plein 1945-12 ; Plein 1945 ; 12
NL ; Bedrijf 24/7 | Kerkstraat 12 ; Kerkstraat ; 12 ; ; ; Bedrijf 24/7
NL ; Rokin | Amsterdam | 12 ; Rokin ; 12 ; ; ; Amsterdam
DE ; Kölner | Straße 12 ; Kölner Straße ; 12
DE ; Villa Sorgenfrei | Straße 12 ; Straße ; 12 ; ; ; Villa Sorgenfrei
DE ; Lindenweg 12 b. Schulz ; Lindenweg ; 12 ; ; ; b. Schulz
DE ; Lindenweg 12 b. Schulz ; Lindenweg ; 12 ; b ; ; Schulz
US ; 123 A Oak Street ; A Oak Street ; 123
US ; 123 A Oak Street ; Oak Street ; 123 ; A
NL ; Plein 1953 2 h ; Plein 1953 ; 2 ; h
NL ; Gebouw A Molenweg 12 ; Molenweg ; 12 ; ; ; Gebouw A
AT ; Haus Nr. 12 ; ; 12
CZ ; č.p. 12 ; ; 12
BE ; 16/4 avenue Louise ; avenue Louise ; 16 ; 4
NL ; Kerkstraat 12 / Molenweg 3 ; Kerkstraat ; 12 ; ; ; Molenweg 3
BE ; Kerkstraat 12 b/3 ; Kerkstraat ; 12 ; ; 3
GB ; Flat 3 High Street ; High Street ; ; ; ; Flat 3
US ; 123 A Street ; A Street ; 123
NL ; p/a Kerkstraat 15 ; Kerkstraat ; 15 ; ; ; p/a
"""

# No house number in it: none may be invented.
WITHOUT = """
NL ; Kerkstraat ; Kerkstraat
NL ; Kade a/b De Zwerver ; Kade a/b De Zwerver
NL ; Plein ’40-’45 ; Plein ’40-’45
NL ; Laan 1940-1945 ; Laan 1940-1945
NL ; Plein 1945 ; Plein 1945
NL ; Kerkstraat ong. ; Kerkstraat ; ; ; ; ong.
NL ; Provincialeweg N307 ; Provincialeweg N307
NL ; 5 Meiplein ; 5 Meiplein
NL ; t.a.v. Jan ; ; ; ; ; t.a.v. Jan
DE ; Hauptstr. a ; Hauptstr. a
DE ; Straße des 17. Juni ; Straße des 17. Juni
DE ; Hauptstraße o. Nr. ; Hauptstraße ; ; ; ; o. Nr.
FR ; Rue du 8 Mai 1945 ; Rue du 8 Mai 1945
FR ; Lieu-dit Kervao ; Lieu-dit Kervao
FR ; Le Bourg ; Le Bourg
GB ; Rose Cottage, Mill Lane ; Rose Cottage, Mill Lane
GB ; Flat 3, High Street ; High Street ; ; ; ; Flat 3
GB ; 3 12 High Street ; 3 12 High Street
GB ; The Old Rectory ; The Old Rectory
ES ; Ctra. N-340 km 5 ; Ctra. N-340 km 5
ES ; Carretera de Madrid, km 12 ; Carretera de Madrid, km 12
IT ; Via Roma snc ; Via Roma ; ; ; ; snc
US ; 42nd Street ; 42nd Street
US ; Highway 6 ; Highway 6
XX ; 123 ; 123
XX ; #101 ; #101
NL ; 0612345678 ; 0612345678
"""


def rows(table: str) -> list[tuple[str, list[str], tuple[str, str, str, str, str]]]:
    """(country, lines, (street, number, addition, box, rest)) of each row."""
    found = []
    for text in table.strip().splitlines():
        if text.startswith("#"):
            continue
        country, lines, *parts = (cell.strip(" ") for cell in text.split(";"))
        street, number, addition, box, rest = [*parts, *[""] * 5][:5]
        found.append((country, [line.strip() for line in lines.split("|")], (street, number, addition, box, rest)))
    return found
