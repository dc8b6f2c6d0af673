#pragma once

#include <cstdint>
#include <memory>

#include "event_queue.h"

namespace realm {

/** Which JavaScript thread's queue takes the events of a job; one table for the process. */
namespace job_routes {

/** A number that no job of this process had before. */
int64_t NewJob();

void Add(int64_t job, std::shared_ptr<EventQueue> queue);
void Remove(int64_t job);

/** The job's queue, or null if it has ended or its JavaScript thread is gone. */
std::shared_ptr<EventQueue> Find(int64_t job);

}  // namespace job_routes
}  // namespace realm
