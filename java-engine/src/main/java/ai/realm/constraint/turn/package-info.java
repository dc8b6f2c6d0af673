/** A turn of a chat: thoughts, text and calls of tools, as the model's chat template has them. */
package ai.realm.constraint.turn;
