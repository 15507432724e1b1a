export const tree = true;
