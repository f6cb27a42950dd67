#include "controller/orchestrator/names.hpp"

#include <iterator>
#include <numeric>

#include "common/base/philox.hpp"

namespace flowyard::controller::orchestrator {
namespace {

constexpr std::string_view kAdjectives[] = {
    "able",   "agile",  "airy",    "amber",   "ample",  "apt",    "arctic",  "azure",   "bold",   "brave",
    "breezy", "brief",  "bright",  "brisk",   "calm",   "candid", "careful", "casual",  "cheery", "chief",
    "civil",  "clean",  "clear",   "clever",  "cosmic", "cosy",   "crisp",   "curious", "daring", "deft",
    "divine", "eager",  "early",   "easy",    "elated", "epic",   "exact",   "fair",    "famous", "fancy",
    "fast",   "fine",   "firm",    "fluent",  "fond",   "frank",  "free",    "fresh",   "full",   "gentle",
    "glad",   "golden", "good",    "grand",   "green",  "happy",  "hardy",   "honest",  "humble", "ideal",
    "jolly",  "just",   "keen",    "kind",    "large",  "lively", "local",   "loyal",   "lucid",  "lucky",
    "major",  "mellow", "merry",   "mighty",  "mild",   "modern", "modest",  "neat",    "nimble", "noble",
    "novel",  "open",   "patient", "placid",  "plain",  "polite", "prime",   "proud",   "pure",   "quick",
    "quiet",  "rapid",  "rare",    "ready",   "regal",  "rich",   "robust",  "royal",   "serene", "sharp",
    "shiny",  "silent", "simple",  "sincere", "smart",  "smooth", "snug",    "solar",   "solid",  "spry",
    "stable", "steady", "sunny",   "super",   "swift",  "tidy",   "tender",  "trusty",  "upbeat", "vast",
    "vivid",  "warm",   "wise",    "witty",   "young",  "zesty"};

constexpr std::string_view kAnimals[] = {
    "adder",    "alpaca",  "antelope", "badger",  "bass",    "bear",    "beaver", "bee",     "beetle",
    "bison",    "bobcat",  "bream",    "buffalo", "camel",   "caribou", "carp",   "cat",     "cheetah",
    "chipmunk", "civet",   "clam",     "cobra",   "condor",  "coral",   "cougar", "crab",    "crane",
    "cricket",  "crow",    "deer",     "dingo",   "dolphin", "donkey",  "dove",   "duck",    "eagle",
    "egret",    "elk",     "emu",      "falcon",  "ferret",  "finch",   "fox",    "frog",    "gazelle",
    "gecko",    "gibbon",  "giraffe",  "goat",    "goose",   "gopher",  "grouse", "gull",    "hare",
    "hawk",     "heron",   "horse",    "hound",   "husky",   "ibex",    "ibis",   "impala",  "jackal",
    "jaguar",   "jay",     "kiwi",     "koala",   "krill",   "lark",    "lemur",  "leopard", "lion",
    "lizard",   "llama",   "lobster",  "lynx",    "magpie",  "mallard", "mantis", "marlin",  "marmot",
    "marten",   "mink",    "mole",     "moose",   "moth",    "mouse",   "mule",   "newt",    "ocelot",
    "octopus",  "orca",    "oriole",   "osprey",  "otter",   "owl",     "ox",     "panda",   "panther",
    "parrot",   "pelican", "penguin",  "perch",   "pigeon",  "pika",    "poodle", "possum",  "puffin",
    "puma",     "quail",   "rabbit",   "raccoon", "raven",   "robin",   "salmon", "seal",    "shark",
    "sheep",    "shrew",   "skunk",    "sloth",   "snail",   "sparrow", "spider", "squid",   "stork",
    "swan",     "tapir",   "tiger",    "toad",    "trout",   "turtle",  "viper",  "walrus",  "weasel",
    "whale",    "wolf",    "wombat",   "yak",     "zebra"};

constexpr std::uint64_t kPairs = std::size(kAdjectives) * std::size(kAnimals);

// A step that meets every pair once before it meets one again.
std::uint64_t step_for(std::uint64_t hash) {
  std::uint64_t step = hash % kPairs;
  while (std::gcd(step, kPairs) != 1) ++step;
  return step;
}

}  // namespace

std::string worker_name(std::uint64_t number, std::string_view installation) {
  const std::uint64_t hash = stable_hash(installation);
  const std::uint64_t pair = (hash / kPairs % kPairs + number % kPairs * step_for(hash)) % kPairs;
  std::string name(kAdjectives[pair % std::size(kAdjectives)]);
  name += "-";
  name += kAnimals[pair / std::size(kAdjectives)];
  const std::uint64_t round = number / kPairs;
  return round == 0 ? name : name + "-" + std::to_string(round + 1);
}

}  // namespace flowyard::controller::orchestrator
