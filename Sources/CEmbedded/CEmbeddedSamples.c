#include "CEmbedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char clip_mp4[] = {
#embed "../../samples/media/clip.mp4"
};

static const unsigned char tune_mp3[] = {
#embed "../../samples/media/tune.mp3"
};

static const unsigned char coffee_mask_png[] = {
#embed "../../samples/media/coffee-mask.png"
};

static const unsigned char coffee_cup_cutout_png[] = {
#embed "../../samples/media/coffee-cup-cutout.png"
};

static const unsigned char astronaut_jpg[] = {
#embed "../../samples/photos/astronaut.jpg"
};

static const unsigned char coffee_cup_jpg[] = {
#embed "../../samples/photos/coffee-cup.jpg"
};

static const unsigned char rocket_launch_jpg[] = {
#embed "../../samples/photos/rocket-launch.jpg"
};

static const unsigned char latte_heart_yaml[] = {
#embed "../../samples/latte-heart.yaml"
};

static const unsigned char wide_launch_yaml[] = {
#embed "../../samples/wide-launch.yaml"
};

static const unsigned char cup_on_marble_yaml[] = {
#embed "../../samples/cup-on-marble.yaml"
};

static const unsigned char pancake_recipe_yaml[] = {
#embed "../../samples/pancake-recipe.yaml"
};

static const unsigned char dancing_robots_yaml[] = {
#embed "../../samples/dancing-robots.yaml"
};

static const unsigned char rocket_rises_yaml[] = {
#embed "../../samples/rocket-rises.yaml"
};

static const unsigned char northern_lights_yaml[] = {
#embed "../../samples/northern-lights.yaml"
};

static const unsigned char astronaut_and_cat_yaml[] = {
#embed "../../samples/astronaut-and-cat.yaml"
};

static const unsigned char comic_launch_yaml[] = {
#embed "../../samples/comic-launch.yaml"
};

/* Files before the jobs that name them: nothing has to wait. */
static const renderdrop_sample further[] = {
    {"clip.mp4", clip_mp4, sizeof clip_mp4},
    {"tune.mp3", tune_mp3, sizeof tune_mp3},
    {"coffee-mask.png", coffee_mask_png, sizeof coffee_mask_png},
    {"coffee-cup-cutout.png", coffee_cup_cutout_png, sizeof coffee_cup_cutout_png},
    {"astronaut.jpg", astronaut_jpg, sizeof astronaut_jpg},
    {"coffee-cup.jpg", coffee_cup_jpg, sizeof coffee_cup_jpg},
    {"rocket-launch.jpg", rocket_launch_jpg, sizeof rocket_launch_jpg},
    {"latte-heart.yaml", latte_heart_yaml, sizeof latte_heart_yaml},
    {"wide-launch.yaml", wide_launch_yaml, sizeof wide_launch_yaml},
    {"cup-on-marble.yaml", cup_on_marble_yaml, sizeof cup_on_marble_yaml},
    {"pancake-recipe.yaml", pancake_recipe_yaml, sizeof pancake_recipe_yaml},
    {"dancing-robots.yaml", dancing_robots_yaml, sizeof dancing_robots_yaml},
    {"rocket-rises.yaml", rocket_rises_yaml, sizeof rocket_rises_yaml},
    {"northern-lights.yaml", northern_lights_yaml, sizeof northern_lights_yaml},
    {"astronaut-and-cat.yaml", astronaut_and_cat_yaml, sizeof astronaut_and_cat_yaml},
    {"comic-launch.yaml", comic_launch_yaml, sizeof comic_launch_yaml},
};

const renderdrop_sample *renderdrop_further_samples(size_t *count) {
  *count = sizeof further / sizeof further[0];
  return further;
}
