/**
 * Regular languages of code points with intersection and complement, as automata that are made
 * while they are read, by Brzozowski's derivatives.
 */
package ai.realm.constraint.regex;
