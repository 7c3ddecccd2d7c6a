import { dotNetTime } from '../../arm/times.js'
import type { Connection } from '../../domain/restore/item-level-recovery.js'

/** Where the program for Windows is fetched from; it is the emulator's own, and does nothing. */
export const WINDOWS_PROGRAM_PATH = '/_recoverite/file-recovery/RecoveriteFileRecovery.exe'

/** What is fetched from there. */
export const WINDOWS_PROGRAM = [
  'Recoverite: a stand-in for the program that attaches the volumes of a recovery point.',
  'There are no volumes behind an emulated recovery point, so there is nothing to run.',
  '',
].join('\r\n')

const ENCODED_NOTHING = Buffer.from('NA').toString('base64')

/**
 * The script for Linux, for any Python since 2.6: it asks for the password as the service's does, and attaches nothing.
 * Clients look for the line with the password and take it out (client-az.md 4.5).
 */
const linuxScript = ({ password, until }: Connection) => `#! /usr/bin/python
# Recoverite: a stand-in for the script that attaches the volumes of a recovery point.
import sys

TargetPassword="${password}"
ValidUntil="${dotNetTime(until)}"

def main():
    if TargetPassword == "UserInput012345":
        sys.stdout.write("Please enter the password as shown when the script was made: ")
        sys.stdout.flush()
        sys.stdin.readline()
    sys.stdout.write("This recovery point is emulated: there are no volumes to attach.\\n")
    sys.stdout.write("The script is valid until " + ValidUntil + ".\\n")
    return 0

if __name__ == "__main__":
    sys.exit(main())
`

/** What the scripts of a connection look like on the wire, members in the recorded order (wire-vm.md 11). */
export function clientScripts(connection: Connection, base: string): Record<string, unknown>[] {
  const { osType, nameSuffix: scriptNameSuffix } = connection
  const encoded = (text: string) => Buffer.from(text).toString('base64')
  if (osType === 'Linux') {
    return [{ scriptContent: encoded(linuxScript(connection)), scriptExtension: '.py', osType, scriptNameSuffix }]
  }
  const target = `Recoverite, Target - ${scriptNameSuffix}, Expiry=${dotNetTime(connection.until)}`
  return [
    { scriptContent: encoded(target), scriptExtension: '.txt', osType, scriptNameSuffix },
    {
      scriptContent: ENCODED_NOTHING,
      scriptExtension: '.exe',
      osType,
      url: `${base}${WINDOWS_PROGRAM_PATH}`,
      scriptNameSuffix,
    },
  ]
}
