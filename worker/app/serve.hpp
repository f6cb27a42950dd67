// serve: a worker that listens, for manual tests and debugging. POST /v1/run takes the fields of a lease, all
// with defaults, and answers with its results; see docs/worker-protocol.md.
#pragma once

#include "common/async/task.hpp"
#include "common/base/log.hpp"
#include "worker/app/arguments.hpp"
#include "worker/app/worker_exit.hpp"

namespace flowyard::worker::app {

// Until a signal asks it to end. Throws when it cannot listen or the program file cannot be used.
async::Task<ExitCode> serve_by_hand(Serve serve, Log log);

}  // namespace flowyard::worker::app
