import { locale } from "../../../signals/preferences.ts";
import { enWidget, type WidgetWords } from "../../../strings/en-widget.ts";
import { ruWidget } from "../../../strings/ru-widget.ts";

/** The words of these pages in the language that is spoken now. */
export const widgetWords = (): WidgetWords => (locale() === "ru" ? ruWidget : enWidget);
