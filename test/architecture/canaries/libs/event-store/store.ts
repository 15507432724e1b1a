export const store = true;
