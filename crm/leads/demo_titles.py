"""Titles of demo leads, in the language of the client's country."""

TITLES = {
    "US": ("Office renovation", "Spring order", "Website and shop", "Service contract", "Fair stand"),
    "GB": ("Kitchen refit", "Catering for the summer party", "Delivery vans", "Annual maintenance"),
    "DE": ("Büroumbau", "Messestand im Herbst", "Wartungsvertrag", "Großauftrag Holzfenster"),
    "PL": ("Remont biura", "Zamówienie hurtowe", "Umowa serwisowa", "Stoisko targowe"),
    "FR": (
        "Rénovation du bureau",
        "Commande de printemps",
        "Contrat d'entretien",
        "Traiteur pour un mariage",
    ),
    "ES": ("Reforma de la oficina", "Pedido de otoño", "Contrato de mantenimiento", "Página web y tienda"),
    "BR": ("Reforma do escritório", "Pedido de verão", "Contrato de manutenção", "Loja virtual"),
    "TR": ("Ofis yenileme", "Toptan sipariş", "Bakım sözleşmesi", "Fuar standı"),
    "UA": ("Ремонт офісу", "Гуртове замовлення", "Договір обслуговування"),
    "KZ": ("Ремонт офиса", "Оптовый заказ", "Договор обслуживания", "Сайт и магазин"),
    "GR": ("Ανακαίνιση γραφείου", "Παραγγελία άνοιξης", "Συμβόλαιο συντήρησης"),
    "EG": ("تجديد المكتب", "طلب بالجملة", "عقد صيانة"),
    "IL": ("שיפוץ המשרד", "הזמנה סיטונאית", "חוזה שירות"),
    "IN": ("कार्यालय का नवीनीकरण", "थोक ऑर्डर", "रखरखाव अनुबंध"),
    "CN": ("办公室装修", "春季订单", "年度维护合同"),
    "JP": ("事務所の改装", "春の注文", "年間保守契約"),
    "KR": ("사무실 리모델링", "봄 주문", "연간 유지보수 계약"),
    "VN": ("Sửa văn phòng", "Đơn hàng mùa xuân", "Hợp đồng bảo trì"),
    "TH": ("ปรับปรุงสำนักงาน", "สั่งซื้อจำนวนมาก", "สัญญาบำรุงรักษา"),
}
REASONS = ("Too expensive", "Chose somebody else", "Postponed to next year", "No answer any more")
