// ParsedExperiment: the experiment file as read, before its models are: values with their locations, so that
// errors found with the models can be reported there. Made by the section readers, consumed by resolve; one
// thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/yaml/tree.hpp"
#include "controller/experiment/experiment.hpp"
#include "controller/experiment/file/overrides_reader.hpp"

namespace flowyard::controller::experiment::file {

struct ParsedParameter {
  experiment::ParameterSpec spec;
  FileLocation name_location;
  FileLocation value_location;
};

// A variable that the file names, or an expression.
struct ParsedText {
  std::string text;
  yaml::Node node;  // where the text stands, for places inside it
};

struct ParsedModel {
  std::string path;                       // in the bundle; empty if inline
  std::optional<yaml::Node> in_location;  // the model itself
  FileLocation location;
};

// A file of numbers over time: for the model's data variables, or an earlier result.
struct ParsedData {
  std::string path;  // in the bundle
  FileLocation location;
};

struct ParsedTime {
  experiment::TimeSettings settings;
  FileLocation location;
};

// Overrides of a resource class; what is absent holds as it was.
struct ParsedResources {
  std::optional<double> cpus;
  std::optional<std::uint64_t> memory;
  std::optional<std::uint32_t> pids;
};

struct ParsedScenario {
  std::string name;
  std::string title;
  std::optional<ParsedModel> model;
  std::optional<std::vector<ParsedData>> data;
  std::optional<ParsedData> initial_from;
  std::vector<ParsedParameter> parameters;  // initial values too
  ParsedTime time;
  ParsedResources resources;
  FileLocation location;
};

struct ParsedRegion {
  std::string name;
  std::vector<ParsedParameter> parameters;
  FileLocation location;
};

struct ParsedOutcome {
  std::string name;
  ParsedText expression;
};

struct ParsedAcross {
  std::string name;
  experiment::Aggregate aggregate = experiment::Aggregate::Sum;
  ParsedText series;
  FileLocation location;
};

struct ParsedOutputs {
  bool given = false;
  std::vector<ParsedText> series;
  std::vector<ParsedOutcome> outcomes;
  std::vector<ParsedAcross> across_regions;
  std::vector<std::string> files;
  FileLocation files_location;
  std::vector<double> times;
  FileLocation times_location;
};

struct ParsedDesign {
  experiment::Design design;
  bool samples_given = false;
  FileLocation samples_location;
  FileLocation location;
};

// Of a series that a program gives by subscript.
struct ParsedSubscripts {
  std::string series;
  std::vector<std::string> dimensions;  // names of those of the runner
};

struct ParsedRunner {
  experiment::Runner runner;
  std::vector<std::pair<std::string, std::vector<std::string>>> dimensions;  // and their elements
  std::vector<ParsedSubscripts> subscripts;
  std::vector<ParsedData> files;
  std::optional<ParsedData> built_from;  // the folder of runner.build, as it travels
  std::vector<ParsedParameter> inputs;
  bool inputs_given = false;  // not: any name may be a parameter
  FileLocation location;
};

struct ParsedExperiment {
  experiment::Experiment experiment;   // name, seed, replications, workers, timeout, retry, failures, keep
  std::optional<ParsedRunner> runner;  // none: the engine
  std::optional<ParsedModel> model;
  std::vector<ParsedData> data;
  std::optional<ParsedData> initial_from;
  std::vector<ParsedParameter> parameters;  // initial values too
  std::vector<ParsedScenario> scenarios;
  ParsedDesign design;
  std::vector<ParsedRegion> regions;
  ParsedTime time;
  ParsedOutputs outputs;
  ParsedOverrides overrides;  // laid over all of the above already
};

}  // namespace flowyard::controller::experiment::file
