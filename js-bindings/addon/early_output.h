#pragma once

#include <jni.h>

#include <string>

namespace realm {

/**
 * What Java code prints while the virtual machine starts: the reasons of a failure, and "WARNING:
 * Using incubator modules", which no option turns off. An agent in this addon points System.out and
 * System.err at a pipe as soon as the machine has them, which is before it looks at its modules.
 * The process's own stdout and stderr stay untouched, for other threads write there meanwhile.
 */
namespace early_output {

/** The machine's option that loads the agent. */
std::string AgentOption();

/** Gives System.out and System.err back. On the thread that started the machine. */
void Restore(JNIEnv* jni);

/** What was printed, without the warning of the incubator modules. */
std::string Take();

}  // namespace early_output
}  // namespace realm
