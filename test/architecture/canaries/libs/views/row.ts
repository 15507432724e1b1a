export const row = true;
