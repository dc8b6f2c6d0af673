/**
 * JSON Schema (draft 2020-12, and what differs in draft-07) as the texts that it admits: what a
 * schema says is brought into alternatives, each with all that it asks of one type, and these into
 * frames of the machine.
 */
package ai.realm.constraint.json;
