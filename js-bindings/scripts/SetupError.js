/** Something that a build or a test run needs is missing or failed; the message says what, and what to do. */
export class SetupError extends Error {}
