// The commands under `flowyard model`: what each is asked for, and the function that does it, one .cpp each.
// They work on a model file in this process; no controller is asked. Each gives its exit code, or throws
// CommandFailed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/cli/ui/terminal.hpp"

namespace flowyard::controller::cli {

enum class Format;  // session.hpp, which is slow to compile

struct ModelDescribeOptions {
  std::string file;
  Format format = {};  // a table
};
int model_describe(const ModelDescribeOptions& options, Terminal& terminal);

struct ModelRunOptions {
  std::string file;
  std::vector<std::string> parameters, initials;  // "name=value", see model_settings.hpp
  std::string initial_from;                       // an earlier result; empty: none
  std::vector<std::string> outputs;               // empty: everything
  std::vector<double> times;                      // empty: all that are saved
  std::optional<double> start, stop, step, save_every;
  std::string method;             // empty: the model's
  std::vector<std::string> data;  // files that feed data variables
  std::uint64_t seed = 0;
  std::string output = "table";  // table, csv, json, or a file ending in .csv, .tab, .tsv, .json or .nc
};
int model_run(const ModelRunOptions& options, Terminal& terminal);

struct ModelCheckOptions {
  std::string file;
  Format format = {};  // a table
};
// 0: nothing found, 1: something, 2: the file cannot be read.
int model_check(const ModelCheckOptions& options, Terminal& terminal);

struct ModelGraphOptions {
  std::string file;
  bool stock_and_flow = false;
  std::string output;  // a file ending in .dot, .gv or .svg; empty: DOT on standard output
};
int model_graph(const ModelGraphOptions& options, Terminal& terminal);

struct ModelConvertOptions {
  std::string file;
  std::string output;  // a file ending in .xmile, .stmx, .yaml or .yml
  bool compare = true;
};
// 1 where the two models, run, differ.
int model_convert(const ModelConvertOptions& options, Terminal& terminal);

}  // namespace flowyard::controller::cli
