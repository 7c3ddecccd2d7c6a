/**
 * The Windows time zones: what a policy's `timeZone` may be called, by the zone's base offset from UTC, as Windows
 * shows it in brackets. Where a country moved its clocks for good, the offset is that after the move.
 *
 * There is no daylight saving here and never will be: a policy keeps its UTC time all the year and whoever minds
 * changes the policy by hand (SEED-53).
 */
const ZONES: Readonly<Record<string, readonly string[]>> = {
  '-12:00': ['Dateline Standard Time'],
  '-11:00': ['UTC-11'],
  '-10:00': ['Aleutian Standard Time', 'Hawaiian Standard Time'],
  '-09:30': ['Marquesas Standard Time'],
  '-09:00': ['Alaskan Standard Time', 'UTC-09'],
  '-08:00': ['Pacific Standard Time', 'Pacific Standard Time (Mexico)', 'UTC-08'],
  '-07:00': [
    'Mountain Standard Time',
    'Mountain Standard Time (Mexico)',
    'US Mountain Standard Time',
    'Yukon Standard Time',
  ],
  '-06:00': [
    'Canada Central Standard Time',
    'Central America Standard Time',
    'Central Standard Time',
    'Central Standard Time (Mexico)',
    'Easter Island Standard Time',
  ],
  '-05:00': [
    'Cuba Standard Time',
    'Eastern Standard Time',
    'Eastern Standard Time (Mexico)',
    'Haiti Standard Time',
    'SA Pacific Standard Time',
    'Turks And Caicos Standard Time',
    'US Eastern Standard Time',
  ],
  '-04:00': [
    'Atlantic Standard Time',
    'Central Brazilian Standard Time',
    'Pacific SA Standard Time',
    'SA Western Standard Time',
    'Venezuela Standard Time',
  ],
  '-03:30': ['Newfoundland Standard Time'],
  '-03:00': [
    'Argentina Standard Time',
    'Bahia Standard Time',
    'E. South America Standard Time',
    'Magallanes Standard Time',
    'Montevideo Standard Time',
    'Paraguay Standard Time',
    'SA Eastern Standard Time',
    'Saint Pierre Standard Time',
    'Tocantins Standard Time',
  ],
  '-02:00': ['Greenland Standard Time', 'Mid-Atlantic Standard Time', 'UTC-02'],
  '-01:00': ['Azores Standard Time', 'Cape Verde Standard Time'],
  '+00:00': ['GMT Standard Time', 'Greenwich Standard Time', 'Sao Tome Standard Time', 'UTC'],
  '+01:00': [
    'Central Europe Standard Time',
    'Central European Standard Time',
    'Morocco Standard Time',
    'Romance Standard Time',
    'W. Central Africa Standard Time',
    'W. Europe Standard Time',
  ],
  '+02:00': [
    'E. Europe Standard Time',
    'Egypt Standard Time',
    'FLE Standard Time',
    'GTB Standard Time',
    'Israel Standard Time',
    'Kaliningrad Standard Time',
    'Libya Standard Time',
    'Middle East Standard Time',
    'Namibia Standard Time',
    'South Africa Standard Time',
    'South Sudan Standard Time',
    'Sudan Standard Time',
    'West Bank Standard Time',
  ],
  '+03:00': [
    'Arab Standard Time',
    'Arabic Standard Time',
    'Belarus Standard Time',
    'E. Africa Standard Time',
    'Jordan Standard Time',
    'Russian Standard Time',
    'Syria Standard Time',
    'Turkey Standard Time',
    'Volgograd Standard Time',
  ],
  '+03:30': ['Iran Standard Time'],
  '+04:00': [
    'Arabian Standard Time',
    'Astrakhan Standard Time',
    'Azerbaijan Standard Time',
    'Caucasus Standard Time',
    'Georgian Standard Time',
    'Mauritius Standard Time',
    'Russia Time Zone 3',
    'Saratov Standard Time',
  ],
  '+04:30': ['Afghanistan Standard Time'],
  '+05:00': [
    'Ekaterinburg Standard Time',
    'Pakistan Standard Time',
    'Qyzylorda Standard Time',
    'West Asia Standard Time',
  ],
  '+05:30': ['India Standard Time', 'Sri Lanka Standard Time'],
  '+05:45': ['Nepal Standard Time'],
  '+06:00': ['Bangladesh Standard Time', 'Central Asia Standard Time', 'Omsk Standard Time'],
  '+06:30': ['Myanmar Standard Time'],
  '+07:00': [
    'Altai Standard Time',
    'N. Central Asia Standard Time',
    'North Asia Standard Time',
    'SE Asia Standard Time',
    'Tomsk Standard Time',
    'W. Mongolia Standard Time',
  ],
  '+08:00': [
    'China Standard Time',
    'North Asia East Standard Time',
    'Singapore Standard Time',
    'Taipei Standard Time',
    'Ulaanbaatar Standard Time',
    'W. Australia Standard Time',
  ],
  '+08:45': ['Aus Central W. Standard Time'],
  '+09:00': [
    'Korea Standard Time',
    'North Korea Standard Time',
    'Tokyo Standard Time',
    'Transbaikal Standard Time',
    'Yakutsk Standard Time',
  ],
  '+09:30': ['AUS Central Standard Time', 'Cen. Australia Standard Time'],
  '+10:00': [
    'AUS Eastern Standard Time',
    'E. Australia Standard Time',
    'Tasmania Standard Time',
    'Vladivostok Standard Time',
    'West Pacific Standard Time',
  ],
  '+10:30': ['Lord Howe Standard Time'],
  '+11:00': [
    'Bougainville Standard Time',
    'Central Pacific Standard Time',
    'Magadan Standard Time',
    'Norfolk Standard Time',
    'Russia Time Zone 10',
    'Sakhalin Standard Time',
  ],
  '+12:00': [
    'Fiji Standard Time',
    'Kamchatka Standard Time',
    'New Zealand Standard Time',
    'Russia Time Zone 11',
    'UTC+12',
  ],
  '+12:45': ['Chatham Islands Standard Time'],
  '+13:00': ['Samoa Standard Time', 'Tonga Standard Time', 'UTC+13'],
  '+14:00': ['Line Islands Standard Time'],
}

const minutesOf = (offset: string) => {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6))
  return offset.startsWith('-') ? -minutes : minutes
}

const OFFSETS: ReadonlyMap<string, number> = new Map(
  Object.entries(ZONES).flatMap(([offset, names]) => names.map((name) => [name.toLowerCase(), minutesOf(offset)])),
)

/** All names of the table, as Windows spells them. */
export const TIME_ZONES: readonly string[] = Object.values(ZONES).flat()

/**
 * A zone's distance from UTC in minutes, east positive, the same all the year (SEED-53); undefined where Windows has
 * no zone of that name. Names are compared without case, as Windows does.
 */
export function offsetOf(zone: string): number | undefined {
  return OFFSETS.get(zone.toLowerCase())
}
