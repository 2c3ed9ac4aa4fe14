# The simulator: docker build -f deploy/docker/simulator.Dockerfile .
# Every command in here is an npm script, so that npm test runs what the image runs.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /empty
WORKDIR /app
COPY . .
RUN ["npm", "ci"]
RUN ["npm", "run", "build", "--", "simulator"]
# What only building and testing need goes away again; dist stays.
RUN ["npm", "run", "deps:simulator"]

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/scripts scripts
# The log's folder belongs to the user that writes it; a volume mounted here takes that over.
COPY --from=build --chown=1000:1000 /empty /var/log/calico/flowlogs
USER 1000:1000
# It serves nothing that could be asked: it is healthy as long as it runs.
HEALTHCHECK NONE
CMD ["node", "scripts/simulate.mjs", "--out=/var/log/calico/flowlogs/flows.log"]
