/** One message of Asterisk's manager interface: names and values, each once (of repeated names the last stays). */
export type AmiMessage = Readonly<Record<string, string>>;

/** No message is longer; more without an end is no AMI. */
const MOST_CHARS = 256 * 1024;

/**
 * Cuts a stream of text into messages: lines `Name: value` up to an empty one. The greeting (`Asterisk Call Manager/...`) comes
 * before the first message, as a line without a colon and a space. Throws when it is no such stream.
 */
export function makeAmiReader(): (chunk: string) => readonly AmiMessage[] {
  let rest = "";
  return (chunk) => {
    rest += chunk;
    const messages: AmiMessage[] = [];
    for (let end = rest.indexOf("\r\n\r\n"); end >= 0; end = rest.indexOf("\r\n\r\n")) {
      messages.push(readMessage(rest.slice(0, end)));
      rest = rest.slice(end + 4);
    }
    if (rest.length > MOST_CHARS) throw new Error("not a stream of manager messages");
    return messages;
  };
}

function readMessage(text: string): AmiMessage {
  const message: Record<string, string> = {};
  for (const line of text.split("\r\n")) {
    const at = line.indexOf(":");
    if (at > 0) message[line.slice(0, at)] = line.slice(at + 1).trim();
  }
  return message;
}

/** The message as it is sent. Line ends in values would be further headers: they are taken out. */
export function writeAmi(message: AmiMessage): string {
  const lines = Object.entries(message).map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]+/g, " ")}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}
