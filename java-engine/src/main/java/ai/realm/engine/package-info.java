/**
 * Work on loaded models: a text that is generated, one that is scored, texts that are embedded. A
 * model has a scheduler, whose thread takes all steps; leases keep a model open until the last of
 * its work has ended.
 */
package ai.realm.engine;
