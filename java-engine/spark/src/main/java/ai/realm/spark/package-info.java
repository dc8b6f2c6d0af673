/**
 * Realm in Apache Spark: {@link ai.realm.spark.RealmUdf} gives functions for SQL and columns,
 * {@link ai.realm.spark.RealmDataset} has the rows of a partition go through the model together. A
 * model is loaded once in each executor.
 */
package ai.realm.spark;
