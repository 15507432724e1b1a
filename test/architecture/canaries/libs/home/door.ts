export const door = true;
