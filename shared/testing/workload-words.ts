/**
 * Words of the workload's messages. Short lists, drawn at random: what matters is two alphabets, word forms, numbers, and
 * text that does not compress to nothing.
 */
const russian = `здравствуйте добрый день подскажите пожалуйста почему ноутбук принтер экран монитор клавиатура мышь
  пароль почта письмо письма письмом таблица таблицу таблицы остатки остатками отчёт отчёта отчёты договор договоры договора
  открываю открывается закрывается зависает зависла перезагрузка перезагрузки перезагрузила обновление обновления после
  вчера сегодня утром вечером опять снова иногда постоянно каждый раз минут часов дней неделю кабинет кабинете этаж этаже
  коллега коллеги бухгалтерия бухгалтерии склад склада продажи отдел отдела сервер сеть сети провод кабель розетка
  вижу видно работает работают проверю проверил проверила посмотрите откройте нажмите введите выберите удалите добавьте
  свойства драйвер дополнительно вкладка окно кнопка ошибка ошибку ошибки снимок экрана код номер заявка заявки заявку
  спасибо большое хорошо понял поняла сейчас удалённо подключиться подключился память планка диск место осталось свободно
  доступ доступа права папка папке общая файл файлы сохранить сохраняется потерялся нашёлся заменить замена новый старый
  пропуск ключ дверь лампа кондиционер холодно жарко стол стул переезд ремонт справка отпуск больничный заявление подпись`;

const english = `hello good morning could please help laptop printer screen monitor keyboard mouse password mail letter
  letters table tables report reports contract contracts opens opened opening closes freezes froze restart restarted
  restarting update updates updated after yesterday today again sometimes always every minute minutes hours days week
  room floor desk colleague colleagues accounting warehouse sales team network cable socket server visible working works
  worked check checked checking look open press enter choose remove add properties driver advanced tab window button error
  errors picture code number request requests thanks great understood now remotely connect connected connecting memory disk
  space free left access rights folder shared file files save saved lost found replace replaced new old badge key door lamp
  cold warm chair move repair note holiday signature drops stable profile office home internet fine since this that with`;

export const RUSSIAN_WORDS: readonly string[] = russian.split(/\s+/).filter(Boolean);
export const ENGLISH_WORDS: readonly string[] = english.split(/\s+/).filter(Boolean);
