flowyard_test(docker/container_life_test.cpp LIBS docker_test_support LABELS docker)
