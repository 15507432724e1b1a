export const specify = true;
