/** What stands for a secret. Plain letters and brackets: nothing that any syntax around it would escape. */
export const MARK = '[redacted]';
