"""Words for demo clients, by language.

Names are common first and last names, paired at random; e-mail addresses and sites are of domains reserved
for examples, and no telephone number begins as real ones of its country do.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """Words are separated by blanks; `native:latin` gives the spelling for e-mail addresses.

    `dial` is the country's code and an unassigned prefix, before `digits` more digits.
    `family_first`: how names are written there. `works` are lines of business, `forms` legal forms.
    """

    country: str
    dial: str
    digits: int
    given: str
    family: str
    cities: str
    streets: str
    works: str
    forms: str
    notes: tuple[str, ...]
    joint: str = " "
    family_first: bool = False


PLACES = (
    DemoPlace(
        "US", "+117", 8,
        "Emma Liam Olivia Noah Ava James Sophia Lucas Grace "
        "Henry Chloe Jack Nora Owen Ruby Caleb Ivy Miles",
        "Smith Johnson Williams Brown Garcia Miller Davis Wilson "
        "Anderson Taylor Moore Clark Lewis Walker Hall Young",
        "Portland Austin Denver Boston Chicago Seattle Nashville",
        "Maple_Street Oak_Avenue Lake_Drive Main_Street Cedar_Road",
        "Hardware Bakery Logistics Robotics Roofing Dental Consulting Brewing Textiles Solar",
        "LLC Inc. Group Partners",
        ("Prefers a call before noon.", "Met at the spring fair; wants an offer in writing."),
    ),
    DemoPlace(
        "GB", "+4421", 8,
        "Amelia Oliver Isla George Freya Arthur Poppy Harry Florence Alfie Elsie Theo Daisy Rory",
        "Jones Evans Thomas Roberts Wright Green Hughes Edwards Wood Hill Cooper Ward Turner Baker",
        "London Manchester Bristol Leeds Cardiff Glasgow",
        "High_Street Church_Lane Station_Road Mill_Lane",
        "Joinery Catering Engineering Property Design Transport Interiors",
        "Ltd & Sons Services",
        ("Asked for the winter price list.", "Pays by invoice, thirty days."),
    ),
    DemoPlace(
        "DE", "+4919", 8,
        "Anna Lukas Lena Jonas Marie Felix Sophie Paul Jürgen Käthe Max Björn Hannah Moritz Uwe",
        "Müller Schmidt Schneider Weber Meyer Wagner Becker Schäfer Hoffmann Koch Groß Krüger Lange Vogel",
        "Berlin Hamburg München Köln Leipzig Düsseldorf",
        "Hauptstraße Bahnhofstraße Gartenweg Lindenallee",
        "Maschinenbau Bäckerei Elektrotechnik Gartenbau Spedition Tischlerei Solartechnik",
        "GmbH AG KG",
        ("Bitte nur schriftlich, per E-Mail.", "Wünscht ein Angebot bis Ende des Monats."),
    ),
    DemoPlace(
        "PL", "+4838", 7,
        "Zofia Jakub Julia Łukasz Małgorzata Paweł Żaneta Stanisław Ewa Michał Agnieszka Wojciech Kinga",
        "Nowak Kowalska Wiśniewski Wójcik Kamińska Lewandowski Zieliński Szymańska Woźniak Dąbrowski Król",
        "Warszawa Kraków Łódź Gdańsk Wrocław Poznań",
        "Długa Kościelna Lipowa Ogrodowa",
        "Budownictwo Piekarnia Transport Meble Okna Ogrody",
        "Sp._z_o.o. S.A. s.c.",
        ("Prosi o kontakt po godzinie 16.", "Polecony przez stałego klienta."),
    ),
    DemoPlace(
        "FR", "+3340", 7,
        "Léa Gabriel Chloé Hugo Zoé Raphaël Inès Théo Élodie Benoît Margaux Jérôme Océane",
        "Martin Bernard Dubois Petit Durand Leroy Moreau Lefèvre Garnier Chevalier François Béranger",
        "Paris Lyon Marseille Nantes Toulouse Besançon",
        "Rue_de_la_Gare Avenue_Foch Rue_des_Écoles",
        "Menuiserie Boulangerie Conseil Électricité Transports Vins",
        "SARL SAS & Fils",
        ("À rappeler la semaine prochaine.", "Souhaite un devis détaillé."),
    ),
    DemoPlace(
        "ES", "+3438", 7,
        "Lucía Hugo Martina Pablo Sofía Álvaro Begoña Iñaki Carmen José Ángela Rubén Noelia",
        "García Fernández González Rodríguez López Martínez Sánchez Pérez Muñoz Ibáñez Núñez Castaño",
        "Madrid Sevilla Valencia Málaga Bilbao Córdoba",
        "Calle_Mayor Avenida_del_Puerto Calle_Nueva",
        "Construcciones Panadería Consultoría Carpintería Aceites Logística",
        "S.L. S.A. e_Hijos",
        ("Prefiere hablar por la tarde.", "Pidió muestras del catálogo nuevo."),
    ),
    DemoPlace(
        "BR", "+5520", 9,
        "Ana João Beatriz Thiago Letícia Antônio Luíza Caio Mônica Sérgio Júlia Davi",
        "Silva Santos Oliveira Souza Araújo Gonçalves Conceição Ribeiro Magalhães Assunção",
        "Recife Curitiba Salvador Goiânia Brasília",
        "Rua_das_Flores Avenida_Brasil Rua_São_João",
        "Padaria Engenharia Móveis Transportes Agro Confecções",
        "Ltda. S.A. ME",
        ("Indicação de um cliente antigo.", "Retornar na segunda-feira."),
    ),
    DemoPlace(
        "TR", "+9013", 8,
        "Zeynep Yusuf Elif Mehmet Ayşe İbrahim Gülşen Çağrı Özlem Işıl Uğur Şebnem",
        "Yılmaz Kaya Demir Çelik Şahin Öztürk Aydın Işık Doğan Güneş",
        "İstanbul Ankara İzmir Eskişehir Muğla",
        "Atatürk_Caddesi Gül_Sokak Çınar_Sokak",
        "Mobilya İnşaat Tekstil Gıda Lojistik",
        "A.Ş. Ltd._Şti.",
        ("Teklif bekliyor.", "Öğleden sonra aranmak istiyor."),
    ),
    DemoPlace(
        "UA", "+38019", 7,
        "Олена:olena Іван:ivan Юлія:yuliia Богдан:bohdan "
        "Ганна:hanna Тарас:taras Ярина:yaryna Сергій:serhii",
        "Шевченко:shevchenko Коваленко:kovalenko Бондаренко:bondarenko "
        "Мельник:melnyk Їжакевич:yizhakevych Гончар:honchar",
        "Київ Львів Одеса Харків Чернівці",
        "вулиця_Садова проспект_Миру вулиця_Шкільна",
        "Ремонт:remont Меблі:mebli Будівництво:budivnytstvo Пекарня:pekarnia",
        "ТОВ ПП",
        ("Просить зателефонувати після обіду.", "Цікавиться новим каталогом."),
    ),
    DemoPlace(
        "KZ", "+719", 8,
        "Айгуль:aigul Нурлан:nurlan Мария:maria Алексей:aleksei "
        "Дана:dana Ержан:yerzhan Ольга:olga Фёдор:fedor",
        "Иванова:ivanova Петров:petrov Ахметов:akhmetov "
        "Смирнова:smirnova Соловьёв:solovev Сулейменов:suleimenov",
        "Алматы Астана Караганда Шымкент",
        "улица_Абая проспект_Достык улица_Лесная",
        "Ремонт:remont Строй:stroi Мебель:mebel Хлеб:khleb Транзит:tranzit",
        "ТОО АО",
        ("Перезвонить в понедельник.", "Нужен счёт на предоплату."),
    ),
    DemoPlace(
        "GR", "+3011", 8,
        "Μαρία:maria Γιώργος:giorgos Ελένη:eleni "
        "Νίκος:nikos Κατερίνα:katerina Σπύρος:spyros Αγγελική:angeliki",
        "Παπαδόπουλος:papadopoulos Ιωάννου:ioannou "
        "Γεωργίου:georgiou Νικολάου:nikolaou Βασιλείου:vasileiou",
        "Αθήνα Θεσσαλονίκη Πάτρα Ηράκλειο",
        "Οδός_Ερμού Λεωφόρος_Συγγρού",
        "Τρόφιμα:trofima Έπιπλα:epipla Ναυτιλιακή:naftiliaki",
        "Α.Ε. Ε.Π.Ε.",
        ("Να τηλεφωνήσουμε την Τρίτη.", "Ζήτησε προσφορά."),
    ),
    DemoPlace(
        "EG", "+2013", 8,
        "أحمد:ahmed مريم:mariam محمد:mohamed فاطمة:fatima يوسف:youssef نور:nour سارة:sara خالد:khaled",
        "حسن:hassan علي:ali إبراهيم:ibrahim السيد:elsayed منصور:mansour شريف:sherif",
        "القاهرة الإسكندرية الجيزة أسوان",
        "شارع_النيل شارع_التحرير",
        "للتجارة:tijara للمقاولات:moqawalat للأثاث:athath",
        "شركة مؤسسة",
        ("يفضل الاتصال مساءً.", "طلب عرض أسعار."),
    ),
    DemoPlace(
        "IL", "+97219", 7,
        "נועה:noa דוד:david יעל:yael אורי:uri תמר:tamar משה:moshe שירה:shira איתן:eitan",
        "כהן:cohen לוי:levi מזרחי:mizrahi פרץ:peretz ביטון:biton אברהם:avraham",
        "תל_אביב ירושלים חיפה באר_שבע",
        "רחוב_הרצל שדרות_רוטשילד",
        "הנדסה:handasa רהיטים:rahitim מאפייה:maafiya",
        "בע״מ ושות׳",
        ("לחזור אליו ביום ראשון.", "ביקשה הצעת מחיר."),
    ),
    DemoPlace(
        "IN", "+9139", 8,
        "आरव:aarav प्रिया:priya राजेश:rajesh अनीता:anita विक्रम:vikram नेहा:neha संजय:sanjay मीरा:meera",
        "शर्मा:sharma वर्मा:verma गुप्ता:gupta सिंह:singh कुमार:kumar पटेल:patel जोशी:joshi",
        "दिल्ली मुंबई जयपुर लखनऊ",
        "गांधी_मार्ग स्टेशन_रोड",
        "वस्त्र:vastra निर्माण:nirman भोजनालय:bhojanalay",
        "प्रा._लि. एंड_संस",
        ("शाम को फ़ोन करना है।", "नया कैटलॉग भेजना है।"),
    ),
    DemoPlace(
        "CN", "+8610", 9,
        "伟:wei 芳:fang 娜:na 敏:min 静:jing "
        "丽:li 强:qiang 小明:xiaoming 婷婷:tingting 建国:jianguo 雨桐:yutong",
        "王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 赵:zhao 黄:huang 周:zhou 欧阳:ouyang",
        "北京 上海 广州 成都 杭州",
        "人民路 中山路 解放路",
        "科技:keji 贸易:maoyi 餐饮:canyin 建材:jiancai",
        "有限公司 集团",
        ("下周一再联系。", "需要新的报价单。"),
        joint="",
        family_first=True,
    ),
    DemoPlace(
        "JP", "+8111", 8,
        "太郎:taro 花子:hanako 健:ken さくら:sakura 陽菜:hina 蓮:ren 美咲:misaki 大輔:daisuke 結衣:yui",
        "佐藤:sato 鈴木:suzuki 高橋:takahashi 田中:tanaka "
        "渡辺:watanabe 伊藤:ito 山本:yamamoto 中村:nakamura",
        "東京 大阪 京都 札幌 福岡",
        "中央通り 本町 桜町",
        "商事:shoji 製作所:seisakusho 食品:shokuhin 工業:kogyo",
        "株式会社 合同会社",
        ("来週お電話する。", "見積書を郵送希望。"),
        family_first=True,
    ),
    DemoPlace(
        "KR", "+8213", 8,
        "민준:minjun 서연:seoyeon 지호:jiho 하은:haeun 도윤:doyun 수아:sua 준서:junseo 지우:jiwoo",
        "김:kim 이:lee 박:park 최:choi 정:jung 강:kang 조:cho 윤:yoon",
        "서울 부산 인천 대전",
        "중앙로 시장길 벚꽃로",
        "상사:sangsa 건설:geonseol 식품:sikpum 전자:jeonja",
        "주식회사 유한회사",
        ("다음 주에 다시 연락하기.", "새 견적서를 원함."),
        joint="",
        family_first=True,
    ),
    DemoPlace(
        "VN", "+8410", 7,
        "Linh Minh Hương Đức Thảo Hùng Ngọc Quân Phượng Dũng",
        "Nguyễn Trần Lê Phạm Huỳnh Phan Vũ Đặng Bùi Đỗ",
        "Hà_Nội Đà_Nẵng Huế Cần_Thơ",
        "Đường_Lê_Lợi Phố_Huế",
        "Xây_dựng Thủy_sản Nội_thất",
        "Công_ty_TNHH Công_ty_CP",
        ("Gọi lại vào buổi sáng.", "Cần báo giá mới."),
        family_first=True,
    ),
    DemoPlace(
        "TH", "+6610", 7,
        "สมชาย:somchai สุดา:suda อนันต์:anan มาลี:malee ณัฐ:nat พิมพ์:pim",
        "ใจดี:jaidee ทองคำ:thongkham ศรีสุข:srisuk แสงจันทร์:saengchan",
        "กรุงเทพฯ เชียงใหม่ ภูเก็ต",
        "ถนนสุขุมวิท ถนนพระราม",
        "การค้า:kankha อาหาร:ahan ก่อสร้าง:kosang",
        "บริษัท ห้าง",
        ("โทรกลับสัปดาห์หน้า", "ขอใบเสนอราคา"),
    ),
)  # fmt: skip
