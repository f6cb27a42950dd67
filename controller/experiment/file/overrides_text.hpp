// Writes the block `overrides:` at the end of an experiment's text, so that the text records all that was
// requested. Pure.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "controller/experiment/overrides.hpp"

namespace flowyard::controller::experiment::file {

// The text with these overrides in its block at the end; those that it has stay unless one of the same key
// replaces them. All before the block stays as it is, byte for byte. A text that is not YAML comes back
// unchanged, since reading it says what is wrong with it. Fails where a value is not YAML (the message begins
// with its key), or where nothing can be written behind the text.
Result<std::string> with_overrides(const std::string& file_name, const std::string& text,
                                   const experiment::Overrides& overrides);

}  // namespace flowyard::controller::experiment::file
