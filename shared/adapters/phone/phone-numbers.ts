import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { PhoneNumbers } from '../../ports/phone-numbers.js';

/** By Google's metadata of numbering plans; extensions do not count. */
export const phoneNumbers: PhoneNumbers = {
  normalized(text, country) {
    const known = country !== null && isSupportedCountry(country) ? country : undefined;
    const parsed = parsePhoneNumberFromString(text, known === undefined ? {} : { defaultCountry: known });
    return parsed?.isPossible() === true ? parsed.number : null;
  },
};
