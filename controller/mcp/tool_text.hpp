// The text form of what tools answer: short, bounded, and without control characters, since models, programs
// and logs of anybody speak through it.
#pragma once

#include <string>

#include "controller/mcp/rest_client.hpp"

namespace flowyard::controller::mcp {

// No text of an answer is longer.
inline constexpr std::size_t kMostText = 24'000;  // of 25,000: some say a line before it

// What a list of an answer's structured content may take, in characters of JSON.
inline constexpr std::size_t kMostStructured = 60'000;

// How many of the elements fit, from the first on.
std::size_t fitting(const Json& list);

// Bounded at a line's end, with a note of how much is left out.
std::string bounded(std::string text);

// The same of a log, whose end is what matters.
std::string bounded_end(std::string text);

// "12.3457": six significant digits, whole numbers as they are.
std::string short_number(double value);

// An error of the REST API as a tool's: every fault with its place, and the tool to call next.
protocol::ToolResult failed(const Reply& reply, const std::string& next);
protocol::ToolResult failed(std::string text);

protocol::ToolResult done(Json structured, std::string text);

}  // namespace flowyard::controller::mcp
