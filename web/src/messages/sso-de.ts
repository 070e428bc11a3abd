/** German texts of signing in with other services. */
import type { ssoEn } from './sso-en.ts';

export const ssoDe: Readonly<Record<keyof typeof ssoEn, string>> = {
	'sso.or': 'oder',
	'sso.with': 'Weiter mit {name}',
	'sso.join-with': 'Mit {name} beitreten statt mit einem Passwort',
	'sso.join-note': 'Dein Konto hier hat dann kein Passwort: {name} meldet dich an.',
	'sso.elsewhere': 'Die Anmeldung mit einem anderen Dienst geht nur unter {address}.',
	'sso.elsewhere.go': 'Diese Adresse öffnen',
	'sso.leaving': '{name} wird geöffnet …',
	'sso.arriving': 'Du wirst angemeldet …',
	'sso.arriving.lead': 'Holdfast prüft, was der andere Dienst gesagt hat.',
	'sso.failed': 'Das hat nicht geklappt',
	'sso.failed.lead': 'Es wurde nichts geändert.',
	'sso.back': 'Zurück',
	'sso.linked': 'Der Dienst ist verknüpft',
	'sso.linked.lead': 'Ab jetzt kannst du dich auch damit anmelden.',
	'sso.linked.not-fresh':
		'Dieser Dienst sagt nicht, wann du dich dort angemeldet hast. Für heikle Änderungen fragt Holdfast nach deinem Passwort, einem Passkey oder einer Authenticator-App: füge unter Sicherheit etwas davon hinzu.',
	'sso.linked.done': 'Zur Sicherheit',
	'sso.services': 'Verknüpfte Dienste',
	'sso.services.text':
		'Andere Dienste, die dich hier anmelden dürfen. Nur eine Verknüpfung von hier aus zählt, nie eine Mailadresse oder ein Name.',
	'sso.services.none': 'Kein Dienst ist verknüpft.',
	'sso.services.since': 'Verknüpft {when}',
	'sso.services.as': 'als {label}',
	'sso.services.blocked': 'Von der Verwaltung ausgeschaltet',
	'sso.services.afresh': 'Muss neu verknüpft werden, bevor er dich anmeldet',
	'sso.services.link': '{name} verknüpfen',
	'sso.services.unlink': 'Entfernen',
	'sso.services.unlink-of': 'Verknüpfung mit {name} entfernen',
	'sso.services.unlink.title': 'Verknüpfung mit {name} entfernen?',
	'sso.services.unlink.text':
		'{name} meldet dich dann nicht mehr an, und andere Geräte, die darüber kamen, werden abgemeldet.',
	'sso.services.unlinked': 'Die Verknüpfung mit {name} ist entfernt.',
	'sso.step-up.note': 'Du kommst auf diese Seite zurück. Mache es dann noch einmal.',
	'sso.settings': 'Anmeldung mit anderen Diensten',
	'sso.settings.text':
		'Menschen können ein Konto bei jedem OpenID-Anbieter mit ihrem Konto hier verknüpfen. Der Anbieter erfährt nie, was sie ansehen, und niemand bekommt dadurch ein Konto ohne Einladung.',
	'sso.settings.none': 'Kein Anbieter ist eingerichtet.',
	'sso.settings.no-address':
		'Anbieter schicken Menschen an die öffentliche Adresse dieses Servers zurück. Lege sie zuerst oben fest.',
	'sso.settings.redirect': 'Diese Adresse beim Anbieter eintragen',
	'sso.settings.logout': 'Adresse für Abmeldungen beim Anbieter (Back-Channel-Logout)',
	'sso.settings.add': 'Anbieter hinzufügen',
	'sso.settings.change': 'Ändern',
	'sso.settings.change-of': '{name} ändern',
	'sso.settings.linked':
		'{count, plural, =0 {Niemand hat ihn verknüpft} =1 {# Person hat ihn verknüpft} other {# Personen haben ihn verknüpft}}',
	'sso.settings.blocked': 'Gesperrt',
	'sso.settings.block': 'Sperren',
	'sso.settings.block-of': '{name} sperren',
	'sso.settings.block.title': '{name} sperren?',
	'sso.settings.block.text':
		'{name} meldet dann niemanden mehr an, und alles, was darüber kam, wird binnen einer Sekunde abgemeldet. Verknüpfungen bleiben.',
	'sso.settings.unblock': 'Wieder zulassen',
	'sso.settings.unblock-of': '{name} wieder zulassen',
	'sso.settings.relink': 'Neu verknüpfen lassen',
	'sso.settings.relink.title': '{name} neu verknüpfen lassen?',
	'sso.settings.relink.text':
		'Jede Verknüpfung mit {name} ruht, bis sich ihr Mensch auf anderem Weg anmeldet und sie neu macht. Alles, was darüber kam, wird abgemeldet. Für den Tag, an dem bei {name} eingebrochen wurde.',
	'sso.settings.remove': 'Entfernen',
	'sso.settings.remove.title': '{name} entfernen?',
	'sso.settings.remove.text':
		'{count, plural, =0 {Niemand hat ihn verknüpft.} =1 {Eine Verknüpfung geht verloren.} other {# Verknüpfungen gehen verloren.}} Wer sich nicht anders anmelden kann, braucht einen Code von der Verwaltung.',
	'sso.settings.done': 'Erledigt.',
	'sso.form.name': 'Name',
	'sso.form.name.note': 'Wie man ihn kennt, etwa „Familienkonten“.',
	'sso.form.issuer': 'Adresse des Anbieters (Issuer)',
	'sso.form.issuer.note': 'Etwa https://accounts.example.com. Sie lässt sich später nicht ändern.',
	'sso.form.client': 'Client-ID',
	'sso.form.secret': 'Client-Geheimnis',
	'sso.form.secret.note':
		'Wird verschlüsselt gespeichert und nie wieder gezeigt. Leer für einen Client ohne Geheimnis.',
	'sso.form.secret.kept': 'Leer lassen, um das gespeicherte zu behalten.',
	'sso.form.profile': 'Nach dem Namen des Kontos dort fragen',
	'sso.form.profile.note': 'Nur für den eigenen Menschen zu sehen, in der Liste der verknüpften Dienste.',
	'sso.form.private': 'Der Anbieter ist in diesem Netz',
	'sso.form.private.note':
		'Erlaubt eine private Adresse und unverschlüsseltes HTTP, nur für diesen Anbieter.',
	'sso.form.joining': 'Wer eine Einladung hat, darf damit beitreten',
	'sso.form.joining.note': 'Das Konto hat dann hier kein Passwort.',
	'sso.form.test': 'Testen',
	'sso.form.save': 'Speichern',
	'sso.finding.works': 'Der Anbieter antwortet, wie er soll.',
	'sso.finding.issuer-invalid':
		'Das ist keine Adresse eines Anbieters. Sie beginnt mit https:// und hat nichts nach einem Fragezeichen; unverschlüsseltes HTTP geht nur in diesem Netz.',
	'sso.finding.needs-private':
		'Der Name führt zu einer privaten Adresse. Ist der Anbieter in deinem Netz, dann kreuze das an.',
	'sso.finding.unreachable': 'Unter dieser Adresse antwortet nichts.',
	'sso.finding.too-slow': 'Der Anbieter braucht zu lange für eine Antwort.',
	'sso.finding.too-large': 'Die Antwort ist viel größer als die Beschreibung eines Anbieters.',
	'sso.finding.redirects': 'Die Adresse führt zu einer anderen weiter. Gib die endgültige ein.',
	'sso.finding.no-provider': 'Etwas antwortet, ist aber kein OpenID-Anbieter. Prüfe den Pfad.',
	'sso.finding.other-issuer': 'Der Anbieter nennt sich bei einer anderen Adresse. Gib genau diese ein.',
	'sso.finding.endpoint-refused':
		'Der Anbieter nennt Seiten oder Schlüssel an Adressen, zu denen Holdfast nicht geht.',
	'sso.finding.keys-unusable': 'Die Schlüssel des Anbieters sind nicht lesbar.',
	'sso.finding.no-public-address':
		'Der Anbieter antwortet, aber dieser Server hat noch keine öffentliche Adresse, an die man zurückkommt.',
};
