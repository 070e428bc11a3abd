/** Our mails in German. */
import type { NoticeTemplate, LetterTemplate, Template } from './templates.ts';
import type { Language, Words } from './words.ts';

const letters: Readonly<Record<LetterTemplate, Words>> = {
	'password-reset': {
		subject: 'Neues Passwort wählen',
		body: [
			'Jemand, hoffentlich du, hat ein neues Passwort für das Holdfast-Konto mit dieser Mailadresse angefordert.',
		],
		button: 'Neues Passwort wählen',
		after: [
			'Der Link gilt einmal und 30 Minuten lang. Eine neuere Mail dieser Art tritt an seine Stelle.',
			'Warst du es nicht, lass diese Mail liegen: Nichts hat sich geändert, dein Passwort gilt weiter.',
		],
	},
	'verify-email': {
		subject: 'Mailadresse bestätigen',
		body: ['Jemand, hoffentlich du, hat diese Mailadresse für ein Holdfast-Konto angegeben.'],
		button: 'Diese Adresse bestätigen',
		after: ['Warst du es nicht, lass diese Mail liegen: Ohne den Link wird die Adresse nicht verwendet.'],
	},
	registration: {
		subject: 'Dein Holdfast-Konto anlegen',
		body: ['Jemand, hoffentlich du, hat ein Holdfast-Konto mit dieser Mailadresse angefordert.'],
		button: 'Konto anlegen',
		after: ['Warst du es nicht, lass diese Mail liegen: Ohne den Link entsteht kein Konto.'],
	},
	'registration-taken': {
		subject: 'Du hast schon ein Holdfast-Konto',
		body: [
			'Jemand, hoffentlich du, hat ein neues Holdfast-Konto mit dieser Mailadresse angefordert. Es gibt schon eines.',
			'Melde dich an wie immer oder fordere auf der Anmeldeseite ein neues Passwort an. Warst du es nicht, hat ' +
				'sich nichts geändert.',
		],
	},
	'sign-in-code': {
		subject: 'Dein Code zum Anmelden',
		body: [
			'Jemand meldet sich auf einem neuen Gerät an deinem Holdfast-Konto an. Bist du es, gib dort diesen Code ein:',
		],
		after: [
			'Er gilt einmal und 10 Minuten lang. Gib ihn niemandem. Warst du es nicht, ändere dein Passwort.',
		],
	},
	invitation: {
		subject: 'Du bist zu Holdfast eingeladen',
		body: [
			'Du bist zu einem Holdfast-Server eingeladen: Filme, Serien, Musik und Fotos auf jedem Bildschirm.',
		],
		button: 'Einladung annehmen',
		after: ['Weißt du nicht, wer dich einlädt, lass diese Mail liegen.'],
	},
	test: {
		subject: 'Mail von Holdfast kommt an',
		body: ['Das ist die Testmail, die in den Einstellungen angefordert wurde. Mail funktioniert.'],
	},
};

type Happened = Readonly<Record<NoticeTemplate, readonly [subject: string, happened: string]>>;

const notices: Happened = {
	'notice-new-device': [
		'Neues Gerät an deinem Konto',
		'Jemand hat sich auf einem neuen Gerät an deinem Konto angemeldet.',
	],
	'notice-unusual-sign-in': [
		'Ungewöhnliche Anmeldung an deinem Konto',
		'Jemand hat sich an deinem Konto angemeldet, und etwas war ungewöhnlich: der Ort, das Tempo oder viele Fehlversuche.',
	],
	'notice-password-changed': ['Dein Passwort wurde geändert', 'Das Passwort deines Kontos wurde geändert.'],
	'notice-password-reset': [
		'Dein Passwort wurde neu gesetzt',
		'Für dein Konto wurde ein neues Passwort gewählt, ohne das alte.',
	],
	'notice-password-reset-by-code': [
		'Dein Passwort wurde mit einem Wiederherstellungscode neu gesetzt',
		'Für dein Konto wurde mit einem Wiederherstellungscode ein neues Passwort gewählt. Der Code ist verbraucht.',
	],
	'notice-signed-out': [
		'Du wurdest überall abgemeldet',
		'Alle Geräte deines Kontos wurden abgemeldet, von der Verwaltung oder am Rechner selbst.',
	],
	'notice-factor-added': [
		'Zweiter Faktor hinzugefügt',
		'Deinem Konto wurde eine Authenticator-App oder ein Passkey hinzugefügt.',
	],
	'notice-factor-removed': [
		'Zweiter Faktor entfernt',
		'Von deinem Konto wurde eine Authenticator-App oder ein Passkey entfernt.',
	],
	'notice-recovery-codes': [
		'Neue Wiederherstellungscodes',
		'Für dein Konto wurden neue Wiederherstellungscodes erstellt. Die früheren gelten nicht mehr.',
	],
	'notice-recovery-code-used': [
		'Ein Wiederherstellungscode wurde verwendet',
		'Einer der Wiederherstellungscodes deines Kontos wurde verwendet. Er gilt nicht noch einmal.',
	],
	'notice-reset-code': [
		'Für dich wurde ein Code für ein neues Passwort erstellt',
		'Die Verwaltung hat einen Code erstellt, mit dem für dein Konto ein neues Passwort gewählt werden kann.',
	],
	'notice-factor-code': [
		'Ein Code anstelle deines zweiten Faktors wurde erstellt',
		'Die Verwaltung hat einen Code erstellt, der den zweiten Faktor deines Kontos einmal ersetzt.',
	],
	'notice-email-changed': [
		'Deine Mailadresse wurde geändert',
		'Die Mailadresse deines Kontos wurde geändert.',
	],
	'notice-app-let-in': [
		'Eine App oder ein Fernseher wurde zugelassen',
		'Eine App oder ein Fernseher wurde zu deinem Konto zugelassen.',
	],
	'notice-app-password': [
		'Ein App-Passwort wurde erstellt',
		'Für dein Konto wurde ein Passwort für eine App erstellt.',
	],
	'notice-provider-linked': [
		'Ein Anmeldedienst wurde verknüpft',
		'Die Anmeldung über einen anderen Dienst wurde mit deinem Konto verknüpft.',
	],
	'notice-provider-unlinked': [
		'Ein Anmeldedienst wurde getrennt',
		'Die Anmeldung über einen anderen Dienst wurde von deinem Konto getrennt.',
	],
	'notice-deactivated': [
		'Dein Konto wurde stillgelegt',
		'Dein Konto wurde stillgelegt: Niemand kann sich anmelden. Was darin ist, bleibt.',
	],
	'notice-reactivated': [
		'Dein Konto ist wieder da',
		'Dein Konto wurde wieder freigegeben: Du kannst dich anmelden.',
	],
	'notice-leaving': [
		'Dein Konto wird gelöscht',
		'Dein Konto wurde zum Löschen vorgemerkt. 30 Tage lang lässt es sich noch zurückholen.',
	],
	'notice-server-claimed': [
		'Ein Server wurde angenommen',
		'Mit deinem Konto wurde ein Medienserver angenommen.',
	],
	'notice-asked-for-more': [
		'Jemand hat Mühe, sich an deinem Konto anzumelden',
		'Die Anmeldung an deinem Konto wurde gebremst, oder es wurde mehr verlangt, weil etwas ungewöhnlich aussah.',
	],
	'notice-exported': [
		'Deine Daten wurden exportiert',
		'Ein Archiv mit allem über dein Konto wurde erstellt.',
	],
};

const isLetter = (template: Template): template is LetterTemplate => Object.hasOwn(letters, template);

const words = (template: Template, at: string): Words => {
	if (isLetter(template)) return letters[template];
	const [subject, happened] = notices[template];
	return { subject, body: [happened, `Wann: ${at}`] };
};

export const german: Language = {
	code: 'de',
	greeting: 'Hallo,',
	words,
	notByYou:
		'Warst du es nicht: Öffne deinen Holdfast-Server wie immer, geh zu Sicherheit, sieh nach, was angemeldet ist, ' +
		'und ändere dein Passwort. Kannst du dich nicht anmelden, frag, wer den Server betreibt.',
	mailNumber: 'Mailnummer',
	isItOurs:
		'Ist diese Mail wirklich von uns? Öffne deinen Holdfast-Server wie immer, nicht aus einer Mail heraus, und gib ' +
		'unter Sicherheit die Mailnummer ein.',
	weNeverAsk: 'Wir fragen nie per Mail oder Telefon nach einem Passwort oder Code.',
};
