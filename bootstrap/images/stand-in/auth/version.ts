/** The version of GoTrue whose interface this program keeps. */
export const version = "2.196.0";
