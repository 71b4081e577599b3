// Stands alone, because the command line is read by it before any command is loaded.

/** What a spreadsheet's name ends in. Old formats are among them: they get an answer, not silence. */
export const SPREADSHEET = /\.(?:xlsx|xlsm|xlsb|xls|csv|tsv|txt)$/i;
