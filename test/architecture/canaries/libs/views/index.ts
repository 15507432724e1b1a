export const views = true;
