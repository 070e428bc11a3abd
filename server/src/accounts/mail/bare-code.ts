/** Codes for people, as they type them: small letters, other dashes or none, blanks. */

/** The form under which a code is hashed. */
export const bareCode = (typed: string): string => typed.toUpperCase().replaceAll(/[^0-9A-Z]/gu, '');
