// Draft: the experiment file as read, before anything is known of its models: values with the places where
// they stand, so that what the models refuse can be reported there. Made by the section readers, consumed
// by resolve; one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/yaml/tree.hpp"
#include "controller/experiment/experiment.hpp"

namespace flowyard::controller::experiment::file {

struct DraftParameter {
  experiment::ParameterSpec spec;
  SourcePlace name_place;
  SourcePlace value_place;
};

// A variable that the file names, or an expression.
struct DraftText {
  std::string text;
  yaml::Node node;  // where the text stands, for places inside it
};

struct DraftModel {
  std::string path;                    // in the bundle; empty if inline
  std::optional<yaml::Node> in_place;  // the model itself
  SourcePlace place;
};

// A file of numbers over time: for the model's data variables, or an earlier result.
struct DraftData {
  std::string path;  // in the bundle
  SourcePlace place;
};

struct DraftTime {
  experiment::TimeSettings settings;
  SourcePlace place;
};

// Overrides of a resource class; what is absent holds as it was.
struct DraftResources {
  std::optional<double> cpus;
  std::optional<std::uint64_t> memory;
  std::optional<std::uint32_t> pids;
};

struct DraftScenario {
  std::string name;
  std::string title;
  std::optional<DraftModel> model;
  std::optional<std::vector<DraftData>> data;
  std::optional<DraftData> initial_from;
  std::vector<DraftParameter> parameters;  // initial values too
  DraftTime time;
  DraftResources resources;
  SourcePlace place;
};

struct DraftRegion {
  std::string name;
  std::vector<DraftParameter> parameters;
  SourcePlace place;
};

struct DraftOutcome {
  std::string name;
  DraftText expression;
};

struct DraftAcross {
  std::string name;
  experiment::Aggregate aggregate = experiment::Aggregate::Sum;
  DraftText series;
  SourcePlace place;
};

struct DraftOutputs {
  bool given = false;
  std::vector<DraftText> series;
  std::vector<DraftOutcome> outcomes;
  std::vector<DraftAcross> across_regions;
  std::vector<double> times;
  SourcePlace times_place;
};

struct DraftDesign {
  experiment::Design design;
  bool samples_given = false;
  SourcePlace samples_place;
  SourcePlace place;
};

struct Draft {
  experiment::Experiment experiment;  // name, seed, replications, workers, timeout, retry, failures, keep
  std::optional<DraftModel> model;
  std::vector<DraftData> data;
  std::optional<DraftData> initial_from;
  std::vector<DraftParameter> parameters;  // initial values too
  std::vector<DraftScenario> scenarios;
  DraftDesign design;
  std::vector<DraftRegion> regions;
  DraftTime time;
  DraftOutputs outputs;
};

}  // namespace flowyard::controller::experiment::file
