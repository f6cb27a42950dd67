// The precompiled header of the targets named in the top CMakeLists.txt. Files still include what they use.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/async/task.hpp"
#include "common/async/timeout.hpp"
