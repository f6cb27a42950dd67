// What a traced scenario leaves in the log: the JSON that went in, what came out, and what was made of it.
// Lines begin with the scenario's label and a word, and not, as the program's own, with the label and a
// colon. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "worker/app/runner.hpp"

namespace flowyard::worker::app {

// "Base #0 given: TEXT"; a long text goes on in lines "Base #0 given+ TEXT". Cut after 1 MB.
std::vector<std::string> trace_lines(const std::string& label, const std::string& what,
                                     const std::string& text);

// {"outcomes": {name: number}, "series": {name: {"times": 11, "elements": [...]}}, "files": {name: bytes}};
// of a chunk of one scenario.
std::string understood_json(const protocol::ResultChunk& chunk, std::span<const ScenarioFile> files);

}  // namespace flowyard::worker::app
