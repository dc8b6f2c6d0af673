/**
 * What networks are made of: records, and sealed interfaces where there are variants. What one
 * architecture alone has is a variant of a part, never a field that the others leave empty.
 */
package ai.realm.model.net;
