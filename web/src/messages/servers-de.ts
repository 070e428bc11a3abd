/** German texts of media servers. */
import type { serversEn } from './servers-en.ts';

export const serversDe: Readonly<Record<keyof typeof serversEn, string>> = {
	'servers.title': 'Medienserver',
	'servers.text':
		'Server, die ihre Leute über diesen Kontodienst anmelden. Abmelden, auch überall, nimmt dir keinen davon weg.',
	'servers.none':
		'Noch kein Server. Starte einen mit --authority und dieser Adresse, dann zeigt er dir einen Code.',
	'servers.claim': 'Server übernehmen',
	'servers.heard': 'Zuletzt gehört {when}',
	'servers.never-heard': 'Noch nie gehört',
	'servers.key': 'Schlüssel {key}',
	'servers.as.owner': 'Gehört dir',
	'servers.as.member': 'Du bist Mitglied',
	'servers.as.guest': 'Du bist Gast',
	'servers.open': 'Öffnen',
	'servers.rename': 'Umbenennen',
	'servers.name': 'Name',
	'servers.people': 'Wer hinein darf',
	'servers.release': 'Freigeben',
	'servers.release.title': '{name} freigeben?',
	'servers.release.text':
		'Alle dort werden sofort abgemeldet. Die Filme bleiben, wo sie sind, und der Server zeigt einen neuen Code, mit dem ihn jeder übernehmen kann, der ihn sieht.',
	'servers.released': '{name} gehört dir nicht mehr.',
	'servers.people.none': 'Niemand außer dir.',
	'servers.people.as.member': 'Mitglied',
	'servers.people.as.guest': 'Gast',
	'servers.people.waiting': 'War noch nicht da',
	'servers.people.came': 'Zum ersten Mal da {when}',
	'servers.people.household': 'Haushalt',
	'servers.people.household.note':
		'Kann eine Woche weitermachen, wenn dieser Kontodienst nicht erreichbar ist; Freunde 15 Minuten.',
	'servers.people.who': 'Benutzername oder Mailadresse',
	'servers.people.add': 'Hineinlassen',
	'servers.people.remove': 'Entfernen',
	'servers.people.as-guest': 'Als Gast',
	'servers.save': 'Speichern',
	'claim.title': 'Server übernehmen',
	'claim.lead':
		'Gib den Code ein, den der Server auf seiner Konsole zeigt. Er gilt einmal, bis zum nächsten Start.',
	'claim.code': 'Code',
	'claim.look': 'Server finden',
	'claim.found': 'Ist das dein Server?',
	'claim.says':
		'Er nennt sich {name}, und sein Schlüssel beginnt mit {key}. Vergleiche das mit seiner Konsole.',
	'claim.addresses': 'Browser werden zu diesen Adressen zurückgeschickt:',
	'claim.confirm': 'Ja, er gehört mir',
	'claim.other': 'Anderer Code',
	'claim.done': '{name} gehört dir.',
	'enter-server.title': 'Weiter zu {name}?',
	'enter-server.lead':
		'Dieser Server fragt, wer du bist. Er erfährt deinen Benutzernamen und deinen Namen, sonst nichts.',
	'enter-server.where': 'Du wirst zu {origin} geschickt.',
	'enter-server.go': 'Weiter',
	'enter-server.stay': 'Hier bleiben',
	'enter-server.refused': 'Kein Zutritt',
	'enter-server.refused.lead':
		'Wem {name} gehört, hat dich nicht hineingelassen. Bitte darum, deinen Benutzernamen hinzuzufügen.',
	'enter-server.dead': 'Beginne noch einmal beim Server',
	'enter-server.dead.lead': 'Diese Anfrage ist zu alt oder nicht vollständig.',
	'enter.title': 'Anmelden',
	'enter.lead': 'Bei diesem Server meldet man sich über {host} an. Dein Passwort bleibt dort.',
	'enter.go': 'Bei {host} anmelden',
	'enter.again': 'Die Anmeldung wurde nicht fertig. Beginne noch einmal.',
	'enter.finishing': 'Du wirst angemeldet',
	'enter.away.title': 'Der Kontodienst ist nicht da',
	'enter.away.lead':
		'{host} ist seit {since} nicht erreichbar. Wer angemeldet ist, kann eine Weile weitermachen; neu herein kommt niemand.',
	'enter.away.never': '{host} ist nicht erreichbar, darum kommt noch niemand herein.',
	'enter.unclaimed.title': 'Noch niemandes Server',
	'enter.unclaimed.lead':
		'Seine Konsole zeigt einen Code. Gib ihn bei {host} ein, angemeldet als die Person, der er gehören soll.',
	'enter.unclaimed.go': '{host} öffnen',
};
