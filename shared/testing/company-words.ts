/** The example company's people, places and things. Invented; addresses are of reserved example domains. */
export const TEAMS = [
  { key: "it", name: "IT-поддержка", ru: "IT-поддержка", en: "IT support", alarmMinutes: 10 },
  { key: "facilities", name: "АХО", ru: "Хозяйственный отдел", en: "Facilities", alarmMinutes: 30 },
  { key: "hr", name: "Кадры", ru: "Отдел кадров", en: "People team", alarmMinutes: 60 },
] as const;
export type TeamKey = (typeof TEAMS)[number]["key"];

export const AGENTS = [
  { key: "anna", name: "Анна Соколова", email: "anna@otklik.example", role: "lead", teams: ["it", "facilities"] },
  { key: "boris", name: "Борис Егоров", email: "boris@otklik.example", role: "agent", teams: ["it"] },
  { key: "vera", name: "Вера Ким", email: "vera@otklik.example", role: "agent", teams: ["it", "hr"] },
  { key: "james", name: "James Miller", email: "james@otklik.example", role: "agent", teams: ["facilities", "hr"] },
  { key: "gleb", name: "Глеб Орлов", email: "gleb@otklik.example", role: "technician", teams: ["it"] },
] as const;
export type AgentKey = (typeof AGENTS)[number]["key"];

export const PEOPLE = [
  ["Мария Белова", "Бухгалтерия", "214"],
  ["Дмитрий Волков", "Продажи", "305"],
  ["Ольга Жукова", "Бухгалтерия", "216"],
  ["Emily Carter", "Sales", "307"],
  ["Сергей Назаров", "Склад", "012"],
  ["Татьяна Крылова", "Юристы", "410"],
  ["Noah Fischer", "Engineering", "508"],
  ["Алексей Громов", "Разработка", "511"],
  ["Ирина Лаптева", "Маркетинг", "322"],
  ["Павел Шмидт", "Разработка", "512"],
  ["Grace Lee", "Marketing", "324"],
  ["Наталья Фомина", "Кадры", "118"],
  ["Виктор Рудаков", "Склад", "014"],
  ["Светлана Осипова", "Приёмная", "101"],
  ["Oliver Brown", "Engineering", "515"],
  ["Людмила Чернова", "Бухгалтерия", "218"],
  ["Кирилл Антонов", "Продажи", "309"],
  ["Amelia Novak", "Legal", "412"],
  ["Роман Дьячков", "Охрана", "001"],
  ["Елена Тихонова", "Продажи", "311"],
  ["Максим Уваров", "Разработка", "509"],
  ["Sophia Rossi", "Design", "330"],
  ["Юлия Панова", "Маркетинг", "326"],
  ["Артём Сафонов", "Склад", "016"],
] as const;

export const LAPTOPS = [
  "ThinkPad T14 Gen 4",
  "MacBook Air 13 M3",
  "HP EliteBook 840 G10",
  "Dell Latitude 5440",
  "ThinkPad X1 Carbon",
] as const;

/** Things that stand in rooms and are visited. */
export const EQUIPMENT = [
  { key: "printer-214", name: "Принтер 214", model: "HP LaserJet M404dn", room: "214" },
  { key: "wifi-014", name: "Точка доступа 07", model: "UniFi U6 Pro", room: "014" },
  { key: "wifi-508", name: "Access point 11", model: "UniFi U6 Pro", room: "508" },
  { key: "screen-330", name: "Meeting room screen", model: "Samsung QM55B", room: "330" },
  { key: "scanner-012", name: "Терминал склада 3", model: "Zebra TC21", room: "012" },
  { key: "pc-101", name: "Компьютер приёмной", model: "HP ProDesk 400 G9", room: "101" },
] as const;
export type EquipmentKey = (typeof EQUIPMENT)[number]["key"];

export const TEMPLATES = [
  {
    shortcut: "hi",
    locale: "ru",
    title: "Знакомство",
    text: "Здравствуйте, {{name}}! Меня зовут {{agent}}, сейчас посмотрю, что случилось.",
  },
  {
    shortcut: "hello",
    locale: "en",
    title: "Greeting",
    text: "Hello {{name}}! This is {{agent}}, let me look into it.",
  },
  {
    shortcut: "screen",
    locale: "ru",
    title: "Попросить снимок экрана",
    text: "Пришлите, пожалуйста, снимок экрана: нажмите Win + Shift + S и вставьте картинку прямо сюда.",
  },
  {
    shortcut: "reboot",
    locale: "ru",
    title: "Перезагрузка ноутбука",
    text: "Сохраните открытые документы, затем удерживайте кнопку питания 10 секунд и включите ноутбук снова. Получилось?",
  },
  {
    shortcut: "printer",
    locale: "ru",
    title: "Принтер не виден",
    text: "Откройте «Параметры» → «Принтеры», удалите принтер кабинета {{room}} и добавьте его снова. Инструкция с картинками во вложении.",
  },
  {
    shortcut: "visit",
    locale: "ru",
    title: "Придёт специалист",
    text: "Наш специалист подойдёт в кабинет {{room}}. Будете на месте в ближайший час?",
  },
  {
    shortcut: "bye",
    locale: "ru",
    title: "Слова прощания",
    text: "Рады, что всё получилось. Если что-то ещё понадобится, пишите сюда же.",
  },
  { shortcut: "thanks", locale: "en", title: "Words of goodbye", text: "Glad it works again. Write here any time." },
] as const;

export const ARTICLES = [
  {
    title: "Как подключить принтер",
    file: "printer.txt",
    text: "1. Откройте «Параметры» → «Bluetooth и устройства» → «Принтеры».\n2. Нажмите «Добавить устройство».\n3. Выберите принтер своего кабинета.",
  },
  {
    title: "Connecting a printer",
    file: "connect-a-printer.txt",
    text: "1. Open Settings, Bluetooth & devices, Printers.\n2. Press “Add device”.\n3. Choose the printer of your room.",
  },
  {
    title: "Wi-Fi в переговорных",
    file: "wifi.txt",
    text: "Сеть: Office-Guest. Пароль меняется по понедельникам и висит на двери переговорной.",
  },
  {
    title: "VPN на личном ноутбуке",
    file: "vpn.txt",
    text: "Установите клиент, войдите рабочей почтой, выберите профиль «Офис».",
  },
  {
    title: "Parking pass",
    file: "parking.txt",
    text: "Send your plate number and the month; the pass is ready the next working day.",
  },
  {
    title: "HP LaserJet M404dn: печать мажет",
    file: "m404dn.txt",
    text: "1. Напечатайте страницу очистки.\n2. Протрите вал переноса сухой салфеткой.\n3. Полоса через 94 мм: замените картридж CF259A. Полоса через 38 мм: замените вал.\n4. Запишите счётчик страниц.",
  },
  {
    title: "UniFi U6 Pro: точка не отвечает",
    file: "u6-pro.txt",
    text: "1. Белый светодиод мигает: нет связи с контроллером, проверьте порт и PoE.\n2. Не светится: другой порт, затем другой кабель.\n3. Сброс: 10 секунд кнопкой под крышкой.",
  },
  {
    title: "Samsung QM55B: no signal",
    file: "qm55b.txt",
    text: "1. Press Source and choose HDMI 1.\n2. Swap the cable with the one in the drawer.\n3. If the logo shows but no picture does, hold Power for ten seconds.",
  },
] as const;
