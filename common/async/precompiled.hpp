// What is precompiled for the targets named in the top CMakeLists.txt. Files include what they use all the
// same.
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
