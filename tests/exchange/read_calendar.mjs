// Prints every occurrence of a calendar file, as ical.js reads it: [{uid, summary, start, alarms}].
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const root = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], "utf8")));
for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
const found = [];
for (const part of root.getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(part);
  const alarms = part.getAllSubcomponents("valarm").length;
  const times = event.iterator();
  for (let time = times.next(); time; time = times.next()) {
    found.push({ uid: event.uid, summary: event.summary, start: time.toUnixTime(), clock: time.toString(), alarms, sequence: event.sequence });
  }
}
console.log(JSON.stringify(found));
