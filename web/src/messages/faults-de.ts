/** German texts of the faults, one for every code. */
import type { faultsEn } from './faults-en.ts';

export const faultsDe: Readonly<Record<keyof typeof faultsEn, string>> = {
	'fault.unknown':
		'Auf dieser Seite ist etwas Unerwartetes passiert. Versuch es noch einmal oder lade die Seite neu.',
	'fault.network.away':
		'Prüfe, ob der Server läuft und ob dieses Gerät in seinem Netz ist. Es geht nichts verloren.',
	'fault.retry-in':
		'{seconds, plural, =1 {Versuch es in einer Sekunde wieder.} other {{minutes, plural, =1 {Versuch es in # Minute wieder.} other {Versuch es in # Minuten wieder.}}}}',
	'fault.request.malformed':
		'Der Server hat die Anfrage nicht verstanden. Lade die Seite neu und versuch es noch einmal.',
	'fault.request.too-large': 'Das ist mehr, als dieser Server auf einmal annimmt.',
	'fault.request.cross-site':
		'Die Anfrage kam von einer fremden Seite und wurde abgelehnt. Öffne Holdfast direkt.',
	'fault.request.unknown-route':
		'Unter dieser Adresse ist nichts. Die Seite ist vielleicht älter als der Server: Lade sie neu.',
	'fault.request.too-many': 'Zu viele Versuche in kurzer Zeit.',
	'fault.server.broken': 'Auf dem Server ist etwas schiefgegangen. Es steht in seinem Protokoll.',
	'fault.server.stopping': 'Der Server hält gerade an oder startet. Versuch es gleich noch einmal.',
	'fault.server.keeper-away':
		'Der Teil des Servers, der die Schlüssel hütet, antwortet nicht. Versuch es gleich noch einmal.',
	'fault.server.keeper-refused':
		'Der Teil des Servers, der die Schlüssel hütet, nimmt gerade nichts mehr an.',
	'fault.server.database-away': 'Die Datenbank antwortet nicht. Versuch es gleich noch einmal.',
	'fault.server.disk-full':
		'Die Festplatte des Servers ist voll. Bis dort Platz ist, lässt sich nichts speichern.',
	'fault.server.database-busy': 'Die Datenbank ist beschäftigt. Versuch es gleich noch einmal.',
	'fault.access.sign-in-needed': 'Melde dich an, um das zu sehen.',
	'fault.access.not-allowed': 'Dein Konto darf das nicht. Frag die Person, der dieser Server gehört.',
	'fault.accounts.setup.code-wrong':
		'Dieser Code stimmt nicht. Der neueste steht dort, wo der Server gestartet wurde.',
	'fault.accounts.setup.finished': 'Dieser Server gehört schon jemandem. Melde dich stattdessen an.',
	'fault.accounts.credentials.wrong': 'Der Name oder das Passwort stimmt nicht.',
	'fault.accounts.flow.expired':
		'Dieser Schritt hat zu lange gedauert oder wurde schon benutzt. Fang noch einmal an.',
	'fault.accounts.username.invalid':
		'Ein Name hat 2 bis 64 Zeichen: Buchstaben, Ziffern, Leerzeichen, Punkte, Binde- oder Unterstriche.',
	'fault.accounts.username.taken': 'Dieser Name ist auf diesem Server vergeben.',
	'fault.accounts.device.proof-wrong':
		'Der Schlüssel dieses Geräts ließ sich nicht bestätigen. Melde dich neu an.',
	'fault.accounts.device.nonce-needed':
		'Dieses Gerät muss sich noch einmal ausweisen. Versuch es noch einmal.',
	'fault.accounts.session.confirm-needed': 'Das ist ein Server. Bestätige, dass du ihn freigeben willst.',
	'fault.accounts.session.absent': 'Das ist schon abgemeldet.',
	'fault.accounts.account.absent': 'Dieses Konto gibt es nicht.',
	'fault.access.step-up-needed': 'Beweise noch einmal, dass du es bist, dann geht es weiter.',
	'fault.access.factor-needed':
		'Dieser Server verlangt einen zweiten Faktor. Füge unter Sicherheit einen hinzu, dann öffnet sich alles.',
	'fault.accounts.factor.wrong': 'Dieser Code oder Passkey stimmt nicht. Codes ändern sich alle 30 Sekunden.',
	'fault.accounts.factor.too-many':
		'Dieses Konto hat so viele davon, wie es haben darf. Entferne zuerst eines.',
	'fault.accounts.factor.absent': 'Diesen zweiten Faktor gibt es nicht mehr.',
	'fault.accounts.factor.last':
		'Dieser Server verlangt einen zweiten Faktor, und das ist der einzige. Füge erst einen anderen hinzu.',
	'fault.accounts.passkey.impossible': 'Passkeys brauchen HTTPS und die öffentliche Adresse dieses Servers.',
	'fault.accounts.reset.proof-wrong': 'Dieser Link oder Code gilt nicht mehr. Fordere einen neuen an.',
	'fault.accounts.reset.factor-needed':
		'Dieses Konto hat einen zweiten Faktor. Sein Code wird auch gebraucht.',
	'fault.accounts.email.absent': 'Es gibt keine Mailadresse. Trage zuerst deine ein.',
	'fault.accounts.email.invalid': 'Das sieht nicht wie eine Mailadresse aus.',
	'fault.accounts.email.taken': 'Diese Mailadresse gehört zu einem anderen Konto auf diesem Server.',
	'fault.accounts.mail.unconfigured':
		'Dieser Server verschickt noch keine Mails, also lässt sich keine Adresse bestätigen. Wer den Server verwaltet, kann einen Mailserver einrichten: Die Dokumentation der Einstellungen sagt, wie.',
	'fault.accounts.link.invalid':
		'Dieser Link gilt nicht mehr: Er wurde benutzt, zurückgezogen oder ist zu alt. Bitte um einen neuen.',
	'fault.accounts.invitation.absent': 'Diese Einladung gibt es nicht mehr.',
	'fault.accounts.invitations.too-many': 'Es gibt zu viele offene Einladungen. Zieh zuerst welche zurück.',
	'fault.accounts.registration.closed':
		'Dieser Server nimmt nur Eingeladene auf. Frag jemanden, der schon hier ist.',
	'fault.accounts.picture.unusable':
		'Dieses Bild lässt sich nicht verwenden. Wähle eine JPEG-, PNG- oder WebP-Datei von höchstens 2 MB.',
	'fault.accounts.picture.absent': 'Das Bild gibt es nicht mehr.',
	'fault.accounts.username.differs': 'Das ist nicht dein Benutzername.',
	'fault.accounts.owner.stays':
		'Das Konto des Eigentümers lässt sich nicht löschen. Übergib den Server zuerst jemand anderem.',
	'fault.accounts.kit.saved-before':
		'Die Rettungskarte wurde schon ausgegeben und wird nur einmal gezeigt. Eine neue entsteht am Rechner selbst.',
	'fault.accounts.provider.absent': 'Diesen Anbieter gibt es nicht.',
	'fault.accounts.provider.blocked': 'Die Anmeldung mit diesem Anbieter ist auf diesem Server ausgeschaltet.',
	'fault.accounts.provider.no-address':
		'Dieser Server hat noch keine öffentliche Adresse, und ein Anbieter braucht eine, um dich zurückzuschicken. Verwalter legen sie in den Einstellungen fest.',
	'fault.accounts.provider.unreachable':
		'Der Anbieter antwortet nicht so, wie er soll. Versuche es später noch einmal oder melde dich anders an.',
	'fault.accounts.provider.refused':
		'Der Antwort des Anbieters war nicht zu trauen. Es wurde nichts geändert. Beginne noch einmal.',
	'fault.accounts.provider.declined': 'Der Anbieter sagt, dass du dich dort nicht angemeldet hast.',
	'fault.accounts.provider.not-linked':
		'Dein Konto bei diesem Anbieter ist hier mit keinem Konto verknüpft. Melde dich mit deinem Passwort an und verknüpfe es unter Sicherheit, oder nutze eine Einladung.',
	'fault.accounts.provider.link-afresh':
		'Die Verknüpfung mit diesem Anbieter muss neu gemacht werden. Melde dich anders an und verknüpfe ihn unter Sicherheit.',
	'fault.accounts.provider.not-fresh':
		'Dieser Anbieter sagt nicht, dass du dich eben erst angemeldet hast. Nimm stattdessen einen Passkey oder eine Authenticator-App.',
	'fault.accounts.provider.linked-before':
		'Dieses Konto ist bereits verknüpft, oder du hast ein anderes desselben Anbieters verknüpft.',
	'fault.accounts.provider.last':
		'Dann könntest du dich mit nichts mehr anmelden. Lege zuerst ein Passwort fest oder füge einen Passkey hinzu.',
	'fault.accounts.provider.exists': 'Dieser Anbieter ist schon eingerichtet.',
	'fault.accounts.provider.address-refused':
		'Die Adresse eines Anbieters beginnt mit https:// und hat nichts nach einem Fragezeichen. Ohne TLS muss sie im eigenen Netz liegen.',
	'fault.servers.claim.code-wrong':
		'Kein Server zeigt gerade diesen Code. Sieh auf seiner Konsole nach dem neuesten.',
	'fault.servers.too-many': 'Mehr Server kann ein Konto nicht haben. Gib zuerst einen frei.',
	'fault.servers.server.absent': 'Diesen Server gibt es nicht.',
	'fault.servers.people.too-many': 'Mehr Leute kann dieser Server nicht haben.',
	'fault.servers.people.twice': 'Diese Person darf schon hinein.',
	'fault.servers.entry.invalid':
		'Diese Anfrage des Servers ist zu alt oder stimmt nicht. Beginne dort noch einmal.',
	'fault.servers.entry.refused': 'Wem dieser Server gehört, hat dich nicht hineingelassen.',
	'fault.servers.assertion.wrong': 'Der Server konnte sich nicht ausweisen.',
	'fault.access.authority-away':
		'Der Kontodienst ist nicht erreichbar, darum kommt gerade niemand Neues herein. Versuche es später.',
	'fault.access.authority-none': 'Dieser Server kennt seine Leute selbst.',
	'fault.access.unclaimed': 'Diesen Server hat noch niemand übernommen.',
	'fault.access.address-unknown':
		'Dieser Server kennt die Adresse in deinem Browser nicht als seine. Öffne ihn unter seiner öffentlichen Adresse.',
	'fault.access.entry-failed': 'Die Anmeldung hat nicht geklappt. Beginne noch einmal.',

	'fault.accounts.link.code-wrong': 'Dieser Code gilt nicht. Sieh auf dem Gerät nach dem neuesten.',
	'fault.accounts.link.number-wrong':
		'Das ist nicht die Zahl auf dem Gerät, deshalb wurde abgelehnt. Fang auf dem Gerät neu an.',
	'fault.accounts.app.absent': 'Diese App oder ihre Frage ist nicht mehr da.',
	'fault.accounts.app.address-refused':
		'Eine Rücksprungadresse muss vollständig sein, ohne Fragment, Namen oder Platzhalter.',
	'fault.accounts.app.no-address':
		'Dieser Server hat noch keine öffentliche Adresse, und Apps brauchen eine, um ihn zu finden.',
	'fault.accounts.app-password.plain-off':
		'App-Passwörter der schwächeren Art sind auf diesem Server abgeschaltet.',
	'fault.accounts.app-password.too-many':
		'Du hast so viele App-Passwörter, wie es geben kann. Beende eines, das du nicht brauchst.',
	'fault.settings.address.invalid':
		'Diese Adresse kann kein Browser öffnen. Sie beginnt mit http:// oder https://.',
	'fault.catalogue.item.absent': 'Diesen Titel gibt es hier nicht mehr.',
	'fault.catalogue.library.absent': 'Diese Bibliothek gibt es nicht mehr.',
	'fault.catalogue.library.name-taken': 'Eine Bibliothek mit diesem Namen gibt es schon.',
	'fault.catalogue.folder.refused': 'Diesen Ordner hat der Besitzer des Rechners nicht freigegeben.',
	'fault.catalogue.folder.unreadable': 'Der Server kann diesen Ordner nicht lesen.',
	'fault.catalogue.image.absent': 'Dieses Bild gibt es nicht mehr.',
	'fault.catalogue.file.away':
		'Das Laufwerk mit dieser Datei ist gerade nicht verbunden. Es geht nichts verloren.',
	'fault.playback.session.absent': 'Diese Wiedergabe ist beendet. Starte sie neu.',
	'fault.playback.plan.impossible': 'Diese Datei lässt sich auf diesem Gerät nicht abspielen.',
	'fault.playback.segment.absent': 'Dieser Teil des Titels fehlt.',
	'fault.playback.subtitle.absent': 'Diesen Untertitel gibt es nicht mehr.',
	'fault.playback.file.changed': 'Die Datei hat sich während der Wiedergabe geändert. Starte sie neu.',
	'fault.playback.range.unsatisfiable': 'Die Datei endet vor dieser Stelle.',
	'fault.playback.transcode.busy':
		'Der Server wandelt so viele Filme um, wie er kann. Versuch es bald noch einmal.',
	'fault.playback.transcode.failed': 'Der Server konnte diese Datei nicht umwandeln.',
	'fault.playback.transcode.unavailable':
		'Diese Datei muss umgewandelt werden, und dem Server fehlt ffmpeg dafür.',
};
