// Bringing up a controller in the background: this same program, detached, its output in the data folder.
#pragma once

#include <string>
#include <vector>

#include "common/async/task.hpp"
#include "common/base/folders.hpp"

namespace flowyard::controller::cli {

struct BackgroundStart {
  std::string program;
  Folders folders;
  std::string config = {};  // the file of settings that was asked for by name; else empty
  // Until it must answer: the first start on a slow machine makes the image of the workers, and a restart
  // adopts what runs.
  Milliseconds patience{120'000};
};

// Starts one and returns when its socket answers. CommandFailed with the last lines of its log where it dies,
// or does not answer in time. If several clients do this at once, all but one of their controllers leave at
// once, and all clients find the one that stays.
async::Task<> start_background_controller(BackgroundStart start);

}  // namespace flowyard::controller::cli
