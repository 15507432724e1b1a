/**
 * Registers whose numbers are an organisation's own official name, and how a number of theirs is written.
 * A text that only begins like one (`GB-COH-n/a` stands in real files) is nobody's. Source: org-id.guide, the lists of Great Britain.
 */
const REGISTERS: readonly RegExp[] = [
  /^GB-CHC-\d{6,7}(-\d{1,4})?$/,
  /^GB-COH-[A-Z0-9]{8}$/,
  /^GB-SC-SC\d{6}$/,
  /^GB-NIC-\d{6}$/,
  /^GB-(LAE|LAS|PLA|LANI)-[A-Z]{3}$/,
  /^GB-EDU-\d{6}$/,
  /^GB-UKPRN-\d{8}$/,
  /^GB-MPR-[A-Z0-9]{4,9}$/,
  /^GB-(GOR|NHS|CASC|REV|SHPE)-[A-Z0-9]{1,12}$/,
];

/** The ledger's id of an organisation with an official number; undefined where its publisher only made one up. */
export const officialId = (ref: string): string | undefined => (REGISTERS.some((one) => one.test(ref)) ? ref.toLowerCase() : undefined);
